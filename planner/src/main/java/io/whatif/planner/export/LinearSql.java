/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.export;

import io.whatif.function.Figure;
import io.whatif.math.Normal;
import io.whatif.model.LinearCate;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LinearCate} as SQL. Sums run in the order in which {@link LinearCate#effect} and {@link
 * LinearCate#standardError} run theirs, so that the bits are the same where a database computes
 * with IEEE doubles; only the terms of one categorical feature are added up here, once for each
 * category.
 */
final class LinearSql {
  private final LinearCate model;
  private final FeatureColumns columns;
  private final TargetDialect dialect;
  private final SqlBuilder sql;

  LinearSql(LinearCate model, List<String> texts, TargetDialect dialect) {
    this.model = model;
    this.columns = new FeatureColumns(model.features(), texts, dialect);
    this.dialect = dialect;
    this.sql = new SqlBuilder(dialect);
  }

  String text(Figure figure) {
    return sql.write(node(figure));
  }

  SqlNode node(Figure figure) {
    SqlNode value =
        switch (figure) {
          case EFFECT -> sum(model.coefficients());
          case STDERR -> standardError();
          case LOWER -> sql.minus(sum(model.coefficients()), margin());
          case UPPER -> sql.plus(sum(model.coefficients()), margin());
        };
    return mayBeNan() ? sql.nanToNull(value) : value;
  }

  private boolean mayBeNan() {
    return dialect.nan() == TargetDialect.Nan.EQUALS_ITSELF
        && model.basis().stream()
            .anyMatch(term -> term instanceof Term.Value || term instanceof Term.Imputed);
  }

  private SqlNode margin() {
    double quantile = Normal.quantile(0.5 + model.level() / 2);
    return sql.times(sql.number(quantile), standardError());
  }

  /** \( \sum_t w_t \phi_t(x) \), NULL where it is undefined. */
  private SqlNode sum(double[] weights) {
    @Nullable SqlNode sum = null;
    boolean[] done = new boolean[columns.size()];
    for (int t = 0; t < weights.length; t++) {
      Optional<Integer> categorical = categorical(model.basis().get(t));
      if (categorical.isPresent() && done[categorical.get()]) {
        continue;
      }
      if (categorical.isPresent()) {
        done[categorical.get()] = true;
        sum = plus(sum, byCategory(categorical.get(), weights));
      } else {
        sum = plus(sum, weights[t], model.basis().get(t));
      }
    }
    for (int f = 0; f < done.length; f++) {
      if (columns.feature(f).isCategorical() && !done[f]) {
        sum = plus(sum, byCategory(f, weights));
      }
    }
    return sum == null ? sql.freeNumber(0) : sum;
  }

  private SqlNode plus(@Nullable SqlNode sum, SqlNode value) {
    return sum == null ? value : sql.plus(sum, value);
  }

  private SqlNode plus(@Nullable SqlNode sum, double weight, Term term) {
    if (term instanceof Term.Intercept) {
      return plus(sum, sql.freeNumber(weight));
    }
    if (sum != null && weight < 0) {
      return sql.minus(sum, sql.times(sql.number(-weight), value(term)));
    }
    return plus(sum, sql.times(sql.number(weight), value(term)));
  }

  /** The value of one term; of a category for what is known to be one of the feature's. */
  private SqlNode value(Term term) {
    if (term instanceof Term.Value value) {
      return scaled(columns.number(value.feature()), value.center(), value.scale());
    }
    if (term instanceof Term.Imputed value) {
      SqlNode known =
          sql.coalesce(columns.numberOrNull(value.feature()), sql.number(value.fallback()));
      return scaled(known, value.center(), value.scale());
    }
    if (term instanceof Term.Missing missing) {
      return flag(sql.isNull(given(missing.feature())), missing.center());
    }
    if (term instanceof Term.Level level) {
      String category = columns.feature(level.feature()).categories().get(level.code());
      return flag(sql.equal(columns.text(level.feature()), sql.string(category)), level.center());
    }
    return sql.freeNumber(1);
  }

  private SqlNode given(int feature) {
    return columns.feature(feature).isCategorical()
        ? columns.text(feature)
        : columns.numberOrNull(feature);
  }

  private SqlNode flag(SqlNode condition, double center) {
    return sql.toDouble(
        sql.cases(
            null, List.of(Map.entry(condition, sql.number(1 - center))), sql.number(0 - center)));
  }

  private SqlNode scaled(SqlNode value, double center, double scale) {
    SqlNode shifted = value;
    if (center != 0) {
      shifted =
          center < 0 ? sql.plus(value, sql.number(-center)) : sql.minus(value, sql.number(center));
    }
    return scale == 1 ? shifted : sql.dividedBy(shifted, sql.number(scale));
  }

  /** What all terms of a categorical feature add up to, for each of its categories. */
  private SqlNode byCategory(int feature, double[] weights) {
    List<String> categories = columns.feature(feature).categories();
    List<Map.Entry<SqlNode, SqlNode>> branches = new ArrayList<>();
    for (int code = 0; code < categories.size(); code++) {
      branches.add(
          Map.entry(sql.string(categories.get(code)), sql.number(weight(feature, weights, code))));
    }
    SqlNode known = sql.cases(columns.text(feature), branches, null);
    if (nullIsKnown(feature)) {
      SqlNode ofNull = sql.number(weight(feature, weights, Double.NaN));
      known = sql.cases(null, List.of(Map.entry(sql.isNull(columns.text(feature)), ofNull)), known);
    }
    return dialect == TargetDialect.DUCKDB ? known : sql.toDouble(known);
  }

  private double weight(int feature, double[] weights, double code) {
    double[][] row = new double[columns.size()][];
    row[feature] = new double[] {code};
    double[] value = new double[1];
    double sum = 0;
    for (int t = 0; t < weights.length; t++) {
      Term term = model.basis().get(t);
      if (categorical(term).filter(f -> f == feature).isPresent()) {
        term.fill(row, 1, value);
        sum += weights[t] * value[0];
      }
    }
    return sum;
  }

  private Optional<Integer> categorical(Term term) {
    return feature(term).filter(f -> columns.feature(f).isCategorical());
  }

  private static Optional<Integer> feature(Term term) {
    if (term instanceof Term.Value value) {
      return Optional.of(value.feature());
    }
    if (term instanceof Term.Imputed value) {
      return Optional.of(value.feature());
    }
    if (term instanceof Term.Missing value) {
      return Optional.of(value.feature());
    }
    return term instanceof Term.Level value ? Optional.of(value.feature()) : Optional.empty();
  }

  /** Whether the effect is known where a feature is NULL. */
  private boolean nullIsKnown(int feature) {
    return model.basis().stream()
        .filter(term -> feature(term).filter(f -> f == feature).isPresent())
        .allMatch(
            term ->
                term instanceof Term.Imputed
                    || term instanceof Term.Missing
                    || (term instanceof Term.Level level && level.nullAsZero()));
  }

  /**
   * \( \sqrt{\max(0, \phi^\top V \phi)} \). Rows without an effect are told first, since GREATEST
   * takes NULL for nothing in some databases.
   */
  private SqlNode standardError() {
    SqlNode variance = sql.greatest(quadraticForm(), sql.freeNumber(0));
    SqlNode error = sql.squareRoot(variance);
    @Nullable SqlNode unknown = null;
    for (int f = 0; f < columns.size(); f++) {
      if (!nullIsKnown(f)) {
        unknown =
            or(
                unknown,
                sql.isNull(
                    columns.feature(f).isCategorical() ? columns.text(f) : columns.number(f)));
      }
      if (columns.feature(f).isCategorical()) {
        unknown = or(unknown, sql.notIn(columns.text(f), columns.feature(f).categories()));
      }
    }
    return unknown == null
        ? error
        : sql.cases(null, List.of(Map.entry(unknown, sql.nothing())), error);
  }

  private SqlNode or(@Nullable SqlNode left, SqlNode right) {
    return left == null ? right : sql.or(left, right);
  }

  private SqlNode quadraticForm() {
    int p = model.basis().size();
    @Nullable SqlNode form = null;
    for (int s = 0; s < p; s++) {
      double[] row = java.util.Arrays.copyOfRange(model.covariance(), s * p, (s + 1) * p);
      Term term = model.basis().get(s);
      SqlNode half = sum(row);
      form = plus(form, term instanceof Term.Intercept ? half : sql.times(value(term), half));
    }
    return form == null ? sql.freeNumber(0) : form;
  }
}
