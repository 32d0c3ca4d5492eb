/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The JDBC driver {@code jdbc:whatif:[file]}: DuckDB's driver, with causal calls in the SQL. Result
 * sets are DuckDB's own. Statements without a causal call pass through untouched.
 */
@NullMarked
package io.whatif.planner.jdbc;

import org.jspecify.annotations.NullMarked;
