/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What stands between a user's statement and DuckDB: the scanner that finds causal calls ({@code
 * sql}), the JDBC driver ({@code jdbc}), the operators and rules over causal calls ({@code plan},
 * the only importer of Calcite) and the command line ({@code shell}).
 */
@NullMarked
package io.whatif.planner;

import org.jspecify.annotations.NullMarked;
