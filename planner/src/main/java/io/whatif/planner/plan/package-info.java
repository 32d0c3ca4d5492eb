/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The causal work of a statement as Calcite's relational nodes, and the rules that improve it. Here
 * lives what decides how often and which columns of a relation are read; not the text of calls,
 * which {@code planner.sql} reads, nor that of the lowered SQL, which {@code duckdb} writes. The
 * only importer of Calcite beside {@code planner.export}.
 */
@NullMarked
package io.whatif.planner.plan;

import org.jspecify.annotations.NullMarked;
