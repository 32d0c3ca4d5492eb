/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.export;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.Figure;
import io.whatif.model.LearnedCate;
import io.whatif.model.LearnedCate.Part;
import io.whatif.model.LearnedCate.Weight;
import io.whatif.model.LinearPredictor;
import io.whatif.model.Predictor;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LearnedCate} whose predictors are linear in a basis, as SQL. Its other figures than the
 * effect are NULL.
 */
final class LearnedSql {
  /** Terms that are added up in one go; a longer chain would nest too deep for a database. */
  private static final int CHAIN = 100;

  /** Beyond this the logistic function is 0 or 1, and EXP out of some databases' range. */
  private static final double STEEP = 700;

  private final LearnedCate model;
  private final FeatureColumns columns;
  private final TargetDialect dialect;
  private final SqlBuilder sql;

  LearnedSql(LearnedCate model, List<String> texts, TargetDialect dialect) {
    this.model = model;
    this.columns = new FeatureColumns(model.features(), texts, dialect);
    this.dialect = dialect;
    this.sql = new SqlBuilder(dialect);
  }

  SqlNode node(Figure figure) {
    if (figure != Figure.EFFECT) {
      return sql.toDouble(sql.nothing());
    }
    @Nullable SqlNode sum = null;
    for (Part part : model.parts()) {
      SqlNode value = value(part);
      double factor = part.factor();
      if (sum != null && factor == -1) {
        sum = sql.minus(sum, value);
      } else {
        SqlNode scaled = factor == 1 ? value : sql.times(sql.number(factor), value);
        sum = sum == null ? scaled : sql.plus(sum, scaled);
      }
    }
    SqlNode effect = sum == null ? sql.freeNumber(0) : sum;
    effect = dialect.nan() == TargetDialect.Nan.EQUALS_ITSELF ? sql.nanToNull(effect) : effect;
    SqlNode unknown = unknown();
    return unknown == null
        ? effect
        : sql.cases(null, List.of(Map.entry(unknown, sql.nothing())), effect);
  }

  /** Where the effect is not known; null if it always is. */
  private @Nullable SqlNode unknown() {
    @Nullable SqlNode unknown = null;
    for (int f = 0; f < columns.size(); f++) {
      boolean text = columns.feature(f).isCategorical();
      if (!model.nullable().contains(f)) {
        unknown = or(unknown, sql.isNull(text ? columns.text(f) : columns.numberOrNull(f)));
      }
      if (text) {
        unknown = or(unknown, sql.notIn(columns.text(f), columns.feature(f).categories()));
      }
    }
    return unknown;
  }

  private SqlNode or(@Nullable SqlNode left, SqlNode right) {
    return left == null ? right : sql.or(left, right);
  }

  private SqlNode value(Part part) {
    TermSql terms = new TermSql(columns, part.inputs(), part.arm(), sql);
    SqlNode predicted = predicted(part.predictor(), terms);
    Weight weight = part.weight();
    if (weight == null) {
      return predicted;
    }
    SqlNode chance = predicted(weight.propensity(), terms);
    SqlNode kept =
        sql.least(
            sql.greatest(chance, sql.freeNumber(weight.low())), sql.freeNumber(weight.high()));
    return sql.times(predicted, weight.complement() ? sql.minus(sql.freeNumber(1), kept) : kept);
  }

  private SqlNode predicted(Predictor predictor, TermSql terms) {
    if (!(predictor instanceof LinearPredictor linear)) {
      throw new WhatifException(
          ErrorCode.BAD_MODEL,
          "the model predicts by trees or calibrated chances, which are not written as SQL. Score with cate_effect, or fit it with spline.");
    }
    List<SqlNode> added = new ArrayList<>();
    for (int t = 0; t < linear.coefficients().length; t++) {
      added.add(weighted(linear.coefficients()[t], linear.terms().get(t), terms));
    }
    SqlNode sum = sum(added);
    if (!linear.probability()) {
      return sum;
    }
    SqlNode steep = sql.times(sql.number(-1), sum);
    SqlNode bounded = sql.least(sql.greatest(steep, sql.freeNumber(-STEEP)), sql.freeNumber(STEEP));
    SqlNode odds = sql.plus(sql.freeNumber(1), sql.function("EXP", bounded));
    return sql.dividedBy(sql.freeNumber(1), odds);
  }

  private SqlNode weighted(double coefficient, Term term, TermSql terms) {
    return term instanceof Term.Intercept
        ? sql.freeNumber(coefficient)
        : sql.times(sql.number(coefficient), terms.value(term));
  }

  /** A sum in chains, and of these a sum. */
  private SqlNode sum(List<SqlNode> added) {
    List<SqlNode> chains = new ArrayList<>();
    for (int from = 0; from < added.size(); from += CHAIN) {
      SqlNode chain = added.get(from);
      for (int t = from + 1; t < Math.min(added.size(), from + CHAIN); t++) {
        chain = sql.plus(chain, added.get(t));
      }
      chains.add(chain);
    }
    if (chains.isEmpty()) {
      return sql.freeNumber(0);
    }
    return chains.size() == 1 ? chains.get(0) : sum(chains);
  }
}
