/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import java.util.List;
import org.apache.calcite.plan.Convention;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.AbstractRelNode;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * A node of a causal plan. What its rows look like is DuckDB's to know, so each has one column of
 * any type: rules may change what is below a node without changing its type.
 */
abstract sealed class CausalRel extends AbstractRelNode
    permits CausalStatementRel, SessionRel, DuckDbScan, ScoreRel {

  CausalRel(RelOptCluster cluster, RelTraitSet traits) {
    super(cluster, traits);
  }

  static RelTraitSet none(RelOptCluster cluster) {
    return cluster.traitSetOf(Convention.NONE);
  }

  @Override
  protected RelDataType deriveRowType() {
    return getCluster().getTypeFactory().builder().add("rows", SqlTypeName.ANY).build();
  }

  /**
   * Nodes are told apart as objects: two of the same description are two calls. So the planner
   * merges none, and a rule must see by itself what it has done already. Records in them, whose
   * {@code equals} is made when it is first called, are not compared either.
   */
  @Override
  public final boolean deepEquals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public final int deepHashCode() {
    return System.identityHashCode(this);
  }

  /** Adds what a user is told of this node and of those below it, a line for each fact. */
  abstract void describe(List<String> lines, String indent);

  @Override
  public abstract RelNode copy(RelTraitSet traits, List<RelNode> inputs);
}
