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
import java.util.stream.IntStream;
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
  private final TermSql terms;

  /** Whether terms are made of others, whose functions do not hand NULL and NaN on. */
  private final boolean composed;

  LinearSql(LinearCate model, List<String> texts, TargetDialect dialect) {
    this.model = model;
    this.columns = new FeatureColumns(model.features(), texts, dialect);
    this.dialect = dialect;
    this.sql = new SqlBuilder(dialect);
    List<Integer> inputs = IntStream.range(0, columns.size()).boxed().toList();
    this.terms = new TermSql(columns, inputs, Double.NaN, sql);
    this.composed = model.basis().stream().anyMatch(t -> TermSql.parts(t).findAny().isPresent());
  }

  String text(Figure figure) {
    return sql.write(node(figure));
  }

  SqlNode node(Figure figure) {
    SqlNode value =
        switch (figure) {
          case EFFECT -> effect();
          case STDERR -> standardError();
          case LOWER -> sql.minus(effect(), margin());
          case UPPER -> sql.plus(effect(), margin());
        };
    return mayBeNan() ? sql.nanToNull(value) : value;
  }

  private SqlNode effect() {
    SqlNode sum = sum(model.coefficients());
    return composed ? whereKnown(sum) : sum;
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
    return term instanceof Term.Value value && !composed
        ? terms.scaled(columns.number(value.feature()), value.center(), value.scale())
        : terms.value(term);
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

  /** The feature of a term that is not made of others. */
  private static Optional<Integer> feature(Term term) {
    return TermSql.parts(term).findAny().isPresent()
        ? Optional.empty()
        : TermSql.places(term).findFirst();
  }

  /** Whether the effect is known where a feature is NULL. */
  private boolean nullIsKnown(int feature) {
    return model.basis().stream().allMatch(term -> TermSql.knowsNull(term, feature));
  }

  /**
   * \( \sqrt{\max(0, \phi^\top V \phi)} \). Rows without an effect are told first, since GREATEST
   * takes NULL for nothing in some databases.
   */
  private SqlNode standardError() {
    SqlNode variance = sql.greatest(quadraticForm(), sql.freeNumber(0));
    return whereKnown(sql.squareRoot(variance));
  }

  /** A figure of the rows that have one. */
  private SqlNode whereKnown(SqlNode figure) {
    @Nullable SqlNode unknown = null;
    for (int f = 0; f < columns.size(); f++) {
      if (!nullIsKnown(f)) {
        unknown =
            or(
                unknown,
                sql.isNull(
                    columns.feature(f).isCategorical()
                        ? columns.text(f)
                        : composed ? columns.numberOrNull(f) : columns.number(f)));
      }
      if (columns.feature(f).isCategorical()) {
        unknown = or(unknown, sql.notIn(columns.text(f), columns.feature(f).categories()));
      }
    }
    return unknown == null
        ? figure
        : sql.cases(null, List.of(Map.entry(unknown, sql.nothing())), figure);
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
