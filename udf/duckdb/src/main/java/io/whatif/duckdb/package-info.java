/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Whatif inside DuckDB: how a causal call becomes plain SQL ({@link io.whatif.duckdb.Lowering}),
 * the hidden functions that SQL calls ({@link io.whatif.duckdb.Engine}), and the models kept in the
 * user's database ({@link io.whatif.duckdb.ModelStore}). The only importer of {@code org.duckdb}.
 * Stands on {@code function} and {@code arrow}; knows nothing of the driver above it.
 */
@NullMarked
package io.whatif.duckdb;

import org.jspecify.annotations.NullMarked;
