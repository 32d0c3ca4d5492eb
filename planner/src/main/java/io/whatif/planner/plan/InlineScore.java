/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.data.WhatifException;
import io.whatif.function.Figure;
import io.whatif.model.StoredModel;
import io.whatif.planner.export.ModelSql;
import io.whatif.planner.sql.ScoreCall;
import java.util.Optional;
import org.apache.calcite.plan.RelOptRuleCall;

/**
 * A score of a small linear model becomes its formula, which DuckDB computes without Java. Not in a
 * view or macro: there the formula would stay when the model is fitted anew.
 */
final class InlineScore extends CausalRule {
  InlineScore() {
    super(ScoreRel.class, "InlineScore");
  }

  @Override
  public void onMatch(RelOptRuleCall call) {
    ScoreRel score = call.rel(0);
    CausalPlan.Database database = call.getPlanner().getContext().unwrap(CausalPlan.Database.class);
    Optional<Figure> figure = Figure.of(score.call().function());
    if (database == null || figure.isEmpty() || score.isKept() || score.isInlined()) {
      return;
    }
    StoredModel model = load(database, score.call());
    // Without features it would be a literal, which ORDER BY and GROUP BY refuse.
    int features = model.model().features().size();
    if (features > 0 && features == score.call().features().size()) {
      ModelSql.duckdb(model.model(), figure.get(), score.call().features())
          .ifPresent(sql -> call.transformTo(score.inlined(sql)));
    }
  }

  private static StoredModel load(CausalPlan.Database database, ScoreCall call) {
    try {
      return database.load(call.model());
    } catch (WhatifException e) {
      throw e.in(call.function().name());
    }
  }
}
