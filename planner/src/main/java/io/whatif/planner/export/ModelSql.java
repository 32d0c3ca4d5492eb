/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.export;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.Figure;
import io.whatif.model.ArmsCate;
import io.whatif.model.CateModel;
import io.whatif.model.ClusteredCate;
import io.whatif.model.ForestCate;
import io.whatif.model.LearnedCate;
import io.whatif.model.LinearCate;
import io.whatif.model.PartitionedCate;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.sql.SqlNode;

/** A fitted effect as a SQL expression. */
public final class ModelSql {
  /** The most terms of an effect that is worth to stand in a query. */
  private static final int MAX_TERMS = 64;

  /** The same where the expression has a part for each pair of terms. */
  private static final int MAX_TERMS_SQUARED = 8;

  private ModelSql() {}

  /**
   * A figure as DuckDB's scalar SQL, to stand in the place of a scoring call; empty if the call
   * scores faster or safer: the model is large or has groups, or an argument would be evaluated
   * more than once.
   *
   * @param arguments the SQL text of each feature, in the model's order
   */
  public static Optional<String> duckdb(CateModel model, Figure figure, List<String> arguments) {
    return model instanceof LinearCate linear
        ? inline(linear, figure, arguments)
        : Optional.empty();
  }

  private static Optional<String> inline(LinearCate model, Figure figure, List<String> arguments) {
    int most = figure == Figure.EFFECT ? MAX_TERMS : MAX_TERMS_SQUARED;
    boolean small =
        model.basis().size() <= most
            && model.basis().stream().allMatch(term -> TermSql.parts(term).findAny().isEmpty());
    if (!small
        || arguments.size() != model.features().size()
        || !arguments.stream().allMatch(Repeatable::isStable)) {
      return Optional.empty();
    }
    List<String> bracketed =
        arguments.stream().map(text -> Repeatable.isPlain(text) ? text : "(" + text + ")").toList();
    return Optional.of(
        "(" + new LinearSql(model, bracketed, TargetDialect.DUCKDB).text(figure) + ")");
  }

  /**
   * A figure as SQL over columns named as the features were at the fit.
   *
   * @param dialect one of {@link io.whatif.function.EffectWriter#DIALECTS}
   */
  public static String text(CateModel model, Figure figure, String dialect) {
    TargetDialect target = TargetDialect.named(dialect);
    List<String> columns =
        model.features().stream().map(feature -> target.column(feature.name())).toList();
    return text(model, figure, target, columns);
  }

  static String text(CateModel model, Figure figure, TargetDialect target, List<String> columns) {
    return new SqlBuilder(target).write(node(model, figure, target, columns));
  }

  static SqlNode node(CateModel model, Figure figure, TargetDialect target, List<String> columns) {
    if (model instanceof LinearCate linear) {
      return new LinearSql(linear, columns, target).node(figure);
    }
    if (model instanceof PartitionedCate groups) {
      return new PartitionedSql(groups, columns, target).node(figure);
    }
    if (model instanceof LearnedCate learned) {
      return new LearnedSql(learned, columns, target).node(figure);
    }
    if (model instanceof ArmsCate) {
      throw new WhatifException(
          ErrorCode.BAD_MODEL,
          "the model has several arms, which are not written as SQL. Fit it on the rows of two of them.");
    }
    if (model instanceof ClusteredCate) {
      throw new WhatifException(
          ErrorCode.BAD_MODEL,
          "the model's effect is by cluster scores, which are too long for SQL. Score with cate_effect, or fit it with another method.");
    }
    if (model instanceof ForestCate) {
      throw new WhatifException(
          ErrorCode.BAD_MODEL,
          "the model is a forest, whose trees are too long for SQL. Score with cate_effect, or fit it with another method.");
    }
    throw new IllegalStateException("no SQL for " + model.getClass());
  }
}
