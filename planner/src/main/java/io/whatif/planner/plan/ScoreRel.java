/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.duckdb.ModelHeader;
import io.whatif.planner.sql.ScoreCall;
import java.util.List;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.sql.SqlExplainLevel;

/** A scoring call: a scalar of the user's own query. */
public final class ScoreRel extends CausalRel {
  private final int site;
  private final ScoreCall call;
  private final ModelHeader model;

  ScoreRel(RelOptCluster cluster, int site, ScoreCall call, ModelHeader model) {
    super(cluster, none(cluster));
    this.site = site;
    this.call = call;
    this.model = model;
  }

  /** Its number among the calls of the statement. */
  int site() {
    return site;
  }

  ScoreCall call() {
    return call;
  }

  ModelHeader model() {
    return model;
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    return super.explainTerms(writer)
        .item("function", call.function().name())
        .item("model", call.model())
        .item("features", call.features())
        .itemIf("site", site, writer.getDetailLevel() == SqlExplainLevel.DIGEST_ATTRIBUTES);
  }

  @Override
  public String getRelTypeName() {
    return "CausalScore";
  }

  @Override
  void describe(List<String> lines, String indent) {
    lines.add(
        "%sscore %s by model '%s' (%s)"
            .formatted(
                indent,
                call.function().name(),
                call.model(),
                call.features().isEmpty() ? "no features" : String.join(", ", call.features())));
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return this;
  }
}
