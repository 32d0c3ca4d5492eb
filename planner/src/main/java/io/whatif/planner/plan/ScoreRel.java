/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.duckdb.ModelHeader;
import io.whatif.duckdb.ScoreSql;
import io.whatif.planner.sql.ScoreCall;
import java.util.List;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.sql.SqlExplainLevel;
import org.jspecify.annotations.Nullable;

/** A scoring call: a scalar of the user's own query. */
public final class ScoreRel extends CausalRel {
  private final int site;
  private final ScoreCall call;
  private final ModelHeader model;
  private final boolean kept;
  private final @Nullable String formula;

  /**
   * A call that is scored by the stored model.
   *
   * @param site its number among the calls of the text
   * @param kept whether the text is kept and run later, when the model may be another
   */
  ScoreRel(RelOptCluster cluster, int site, ScoreCall call, ModelHeader model, boolean kept) {
    this(cluster, site, call, model, kept, null);
  }

  private ScoreRel(
      RelOptCluster cluster,
      int site,
      ScoreCall call,
      ModelHeader model,
      boolean kept,
      @Nullable String formula) {
    super(cluster, none(cluster));
    this.site = site;
    this.call = call;
    this.model = model;
    this.kept = kept;
    this.formula = formula;
  }

  /** Its number among the calls of the text. */
  int site() {
    return site;
  }

  ScoreCall call() {
    return call;
  }

  boolean isKept() {
    return kept;
  }

  boolean isInlined() {
    return formula != null;
  }

  /** The same score by a formula over its features. */
  ScoreRel inlined(String sql) {
    return new ScoreRel(getCluster(), site, call, model, kept, sql);
  }

  /** The scalar expression that stands in the place of the call. */
  String sql() {
    return formula == null
        ? ScoreSql.of(call.function(), model, call.features())
        : "(" + formula + ")";
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    return super.explainTerms(writer)
        .item("function", call.function().name())
        .item("model", call.model())
        .item("features", call.features())
        .itemIf("formula", formula, formula != null)
        .itemIf("site", site, writer.getDetailLevel() == SqlExplainLevel.DIGEST_ATTRIBUTES);
  }

  @Override
  public String getRelTypeName() {
    return "CausalScore";
  }

  @Override
  void describe(List<String> lines, String indent) {
    lines.add(
        "%sscore %s by model '%s' (%s)%s"
            .formatted(
                indent,
                call.function().name(),
                call.model(),
                call.features().isEmpty() ? "no features" : String.join(", ", call.features()),
                isInlined() ? " as SQL" : ""));
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return this;
  }
}
