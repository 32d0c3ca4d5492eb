/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Reads SQL as far as it must: tokens with exact positions, statements of a script, and causal
 * calls with their arguments. Everything else stays DuckDB's text, untouched. Knows the catalog of
 * functions, no database.
 */
@NullMarked
package io.whatif.planner.sql;

import org.jspecify.annotations.NullMarked;
