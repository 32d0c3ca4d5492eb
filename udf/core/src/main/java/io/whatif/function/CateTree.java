/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.BIGINT;
import static io.whatif.function.SqlType.DOUBLE;
import static io.whatif.function.SqlType.VARCHAR;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.EffectTree;
import io.whatif.estimate.ModelRows;
import io.whatif.estimate.PopulationEffect;
import io.whatif.estimate.Warning;
import io.whatif.estimate.Warning.Severity;
import io.whatif.model.Contrast;
import io.whatif.model.PartitionedCate;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a stored model predicts for the rows of a relation, as one small tree of plain rules. */
final class CateTree implements Body.ModelSummary {
  private static final Argument DEPTH =
      Argument.optional("depth", Argument.Type.INTEGER, "Splits from all rows to a leaf, 1 to 8.")
          .withDefault(2L);
  private static final Argument MIN_ROWS =
      Argument.optional(
          "min_rows",
          Argument.Type.INTEGER,
          "Rows that a leaf has at least. Left out: a hundredth of the rows.");
  private static final int DEEPEST = 8;

  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "cate_tree",
          "A stored model of any method in a few rules: the tree that best tells its predicted"
              + " effects apart over the rows of a relation. One row for each leaf: its rule, its"
              + " condition as SQL, its rows and their mean effect; and the whole as one CASE"
              + " expression. A tree for each arm.",
          List.of(
              StudyArguments.STORED,
              DEPTH,
              MIN_ROWS,
              CatePopulation.LEVEL,
              CatePopulation.SE,
              CatePopulation.AT),
          List.of(
              new ResultColumn("model", VARCHAR, "the model's name"),
              new ResultColumn("contrast", VARCHAR, "what is compared, such as 0 -> 1"),
              new ResultColumn("leaf", BIGINT, "the leaf's number, from left to right"),
              new ResultColumn("rule", VARCHAR, "which rows it has, to read"),
              new ResultColumn("condition_sql", VARCHAR, "the same to put after WHERE"),
              new ResultColumn("n", BIGINT, "rows with an effect in the leaf"),
              new ResultColumn("share", DOUBLE, "of all rows with an effect"),
              new ResultColumn("mean_effect", DOUBLE, "the mean effect the model predicts there"),
              new ResultColumn("std_error", DOUBLE, "its standard error, as of cate_population"),
              new ResultColumn("ci_lower", DOUBLE, "lower end of the interval"),
              new ResultColumn("ci_upper", DOUBLE, "upper end of the interval"),
              new ResultColumn(
                  "effect_sd", DOUBLE, "standard deviation of predicted effects in the leaf"),
              new ResultColumn(
                  "explained",
                  DOUBLE,
                  "share of the predicted effects' variance that the tree explains"),
              new ResultColumn(
                  "case_sql",
                  VARCHAR,
                  "the whole tree as an expression that gives a row the mean effect of its leaf"),
              new ResultColumn(
                  "warnings", SqlType.WARNINGS, "doubts, on the first leaf of each arm")),
          "EconML SingleTreeCateInterpreter; Breiman, Friedman, Olshen and Stone 1984,"
              + " Classification and Regression Trees",
          "SELECT rule, n, mean_effect, std_error FROM cate_tree('training', TABLE nsw, depth => 2);",
          List.of(new CateTree()));

  @Override
  public List<Map<String, @Nullable Object>> rows(
      Run run, StoredModel model, RawTable relation, Arguments arguments) {
    if (relation.rows() == 0) {
      throw StudyBuilder.noRows();
    }
    UsableRows.checkCount(relation);
    int depth = EffectCall.count(arguments, "depth", 1, DEEPEST);
    double level = arguments.isGiven("level") ? EffectCall.level(arguments) : model.model().level();
    boolean fixed = arguments.requiredText("se").equals("fixed_x");
    refuseGroups(model);
    ModelRows rows = ModelColumns.of(model, relation.columns(), relation.allNames()).rows(relation);
    List<Map<String, @Nullable Object>> answer = new ArrayList<>();
    PopulationEffect.Inference inference = new PopulationEffect.Inference(level, fixed);
    for (Contrast contrast : ModelContrasts.of(model, arguments)) {
      run.reached("arm " + (answer.size() + 1), 0);
      PopulationEffect effect = PopulationEffect.of(run, rows, contrast.effect(), inference);
      if (effect.counts().used() == 0) {
        throw PopulationWarnings.noEffect(model, effect.counts());
      }
      EffectTree.Size size = size(arguments, depth, effect.counts().used());
      EffectTree tree = EffectTree.grow(run, rows, contrast.effect(), size, fixed);
      LeafSql sql = new LeafSql(tree, columns(relation, rows, tree));
      List<Warning> warnings =
          warnings(new PopulationWarnings(model, contrast, effect), tree, size);
      for (Map<String, @Nullable Object> row : rows(tree, sql, level)) {
        row.put("model", model.name());
        row.put("contrast", contrast.name());
        row.put("warnings", warnings.stream().map(Warning::row).toList());
        warnings = List.of();
        answer.add(row);
      }
    }
    relation.tiles().close();
    return answer;
  }

  private static void refuseGroups(StoredModel model) {
    if (model.model() instanceof PartitionedCate) {
      throw new WhatifException(
          ErrorCode.BAD_MODEL,
          "model '%s' was fitted with partition_by: its groups have effects of their own, which one tree does not tell. Fit a model without it, the keys among its features."
              .formatted(model.name()));
    }
  }

  /** How large the tree may grow on {@code used} rows with an effect. */
  private static EffectTree.Size size(Arguments arguments, int depth, long used) {
    long leaves = 1L << depth;
    if (used < leaves) {
      throw bad(
          "depth => %d: makes up to %d leaves, and only %d rows have an effect. Pass more rows, or a smaller depth.",
          depth, leaves, used);
    }
    if (!arguments.isGiven("min_rows")) {
      return new EffectTree.Size(depth, (int) ((used + 99) / 100));
    }
    long minimum = arguments.integer("min_rows");
    if (minimum < 1) {
      throw bad("min_rows => %d: must be at least 1.", minimum);
    }
    if (minimum > used / 2) {
      throw bad(
          "min_rows => %d: %d rows have an effect, so that no two leaves have as many. Pass at most %d.",
          minimum, used, used / 2);
    }
    return new EffectTree.Size(depth, (int) minimum);
  }

  private static WhatifException bad(String format, Object... values) {
    return new WhatifException(ErrorCode.BAD_ARGUMENT, String.format(Locale.ROOT, format, values));
  }

  private static List<FeatureSql> columns(RawTable relation, ModelRows rows, EffectTree tree) {
    List<FeatureSql> columns = new ArrayList<>();
    for (int f = 0; f < rows.features().size(); f++) {
      RawTable.RawColumn column = relation.columns().get(rows.columns()[f]);
      columns.add(
          new FeatureSql(column.name(), column.sqlType(), rows.features().get(f), tree.nulls()[f]));
    }
    return columns;
  }

  private static List<Map<String, @Nullable Object>> rows(
      EffectTree tree, LeafSql sql, double level) {
    double all = tree.leaves().stream().mapToLong(EffectTree.Leaf::rows).sum();
    String cases = sql.cases();
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (EffectTree.Leaf leaf : tree.leaves()) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("leaf", rows.size() + 1L);
      row.put("rule", sql.rule(leaf));
      row.put("condition_sql", sql.condition(leaf));
      row.put("n", leaf.rows());
      row.put("share", leaf.rows() / all);
      row.put("mean_effect", leaf.mean().value());
      row.put("std_error", leaf.mean().standardError());
      row.put("ci_lower", leaf.mean().lower(level));
      row.put("ci_upper", leaf.mean().upper(level));
      row.put("effect_sd", leaf.spread());
      row.put("explained", tree.explained());
      row.put("case_sql", cases);
      rows.add(row);
    }
    return rows;
  }

  private static List<Warning> warnings(
      PopulationWarnings population, EffectTree tree, EffectTree.Size size) {
    boolean errors =
        tree.leaves().stream().anyMatch(leaf -> !Double.isNaN(leaf.mean().standardError()));
    List<Warning> warnings = new ArrayList<>(population.told(errors, "", "the leaves show noise"));
    if (!tree.varies()) {
      warnings.add(
          new Warning(
              "constant_effect",
              Severity.INFO,
              "the model predicts the same effect for every row: there is nothing to split"));
    } else if (tree.leaves().size() == 1) {
      warnings.add(
          new Warning(
              "no_split",
              Severity.INFO,
              "no split leaves %d rows on both sides and tells effects apart: see min_rows"
                  .formatted(size.minimum())));
    }
    return warnings;
  }
}
