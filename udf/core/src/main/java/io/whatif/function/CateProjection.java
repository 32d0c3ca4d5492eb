/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.BIGINT;
import static io.whatif.function.SqlType.DOUBLE;
import static io.whatif.function.SqlType.VARCHAR;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.BestLinearProjection;
import io.whatif.estimate.LackingRows;
import io.whatif.estimate.Warning;
import io.whatif.estimate.Warning.Severity;
import io.whatif.inference.Estimate;
import io.whatif.inference.Holm;
import io.whatif.model.KeptRows;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the effect of a stored model's rows varies, in a straight line, with features of a relation.
 */
final class CateProjection implements Body.ModelSummary {
  private static final Argument FEATURES =
      Argument.required(
          "features",
          Argument.Type.COLUMNS,
          "What the effect is projected on: any columns of the relation; [] for its average alone.");
  private static final Argument ID =
      Argument.optional(
          "id",
          Argument.Type.COLUMN,
          "The relation's column of ids, by which its rows are found among those of the fit. Left"
              + " out: of the name that the fit gave.");
  private static final Argument COV =
      Argument.optional(
              "cov",
              Argument.Type.WORD,
              "The covariance of the coefficients; by clusters where the fit has any.")
          .withChoices("HC0", "HC1", "HC2", "HC3")
          .withDefault("HC3");

  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "cate_projection",
          "The best linear projection of the effect on features of a relation: the doubly robust"
              + " scores kept with a stored model, regressed on them. The features need not be those"
              + " of the model. Rows are found by the id of the fit; of the relation's other rows"
              + " nothing is used. One row for each term, and each arm.",
          List.of(StudyArguments.STORED, FEATURES, ID, COV, CatePopulation.LEVEL),
          List.of(
              new ResultColumn("model", VARCHAR, "the model's name"),
              new ResultColumn("contrast", VARCHAR, "what is compared, such as 0 -> 1"),
              new ResultColumn("term", VARCHAR, "the intercept, a feature, or feature=category"),
              new ResultColumn("estimate", DOUBLE, "the coefficient"),
              new ResultColumn("std_error", DOUBLE, "its standard error"),
              new ResultColumn("z", DOUBLE, "estimate over standard error"),
              new ResultColumn("p_value", DOUBLE, "two-sided, of no effect"),
              new ResultColumn("p_adjusted", DOUBLE, "p_value adjusted for all rows, by Holm"),
              new ResultColumn("ci_lower", DOUBLE, "lower end of the interval"),
              new ResultColumn("ci_upper", DOUBLE, "upper end of the interval"),
              new ResultColumn("n", BIGINT, "rows of the fit that are used"),
              new ResultColumn("n_missing", BIGINT, "rows of the fit whose id the relation lacks"),
              new ResultColumn("n_null", BIGINT, "rows left out, for a feature that is NULL"),
              new ResultColumn("cov", VARCHAR, "the covariance of the coefficients"),
              new ResultColumn(
                  "warnings", SqlType.WARNINGS, "doubts, on the first row of each arm")),
          "Semenova and Chernozhukov 2021, doi:10.1093/ectj/utaa027; grf best_linear_projection",
          """
          CREATE TABLE trainees AS SELECT row_number() OVER () AS id, * FROM nsw;
          FROM cate_fit(TABLE trainees, model => 'forest', outcome => 'earnings_1978', treatment => 'treated',
                        id => 'id', features => ['age', 'education'], method => 'causal_forest', trees => 100);
          SELECT term, estimate, std_error, p_value
          FROM cate_projection('forest', TABLE trainees, features => ['age', 'married']);""",
          List.of(new CateProjection()));

  @Override
  public boolean readsFeatures() {
    return false;
  }

  @Override
  public List<Map<String, @Nullable Object>> rows(
      Run run, StoredModel model, RawTable relation, Arguments arguments) {
    List<KeptRows> kept = ModelRowsKept.of(model);
    double level = arguments.isGiven("level") ? EffectCall.level(arguments) : model.model().level();
    String cov = arguments.requiredText("cov");
    IdMatch ids = IdMatch.of(run, model, relation, arguments);
    List<Map<String, @Nullable Object>> answer = new ArrayList<>();
    for (KeptRows rows : kept) {
      IdMatch.Found found = ids.find(rows);
      BestLinearProjection.Projection projection =
          BestLinearProjection.of(
              run,
              rows,
              new BestLinearProjection.Features(found.places(), found.columns(), found.values()),
              cov);
      check(model, found, projection);
      List<Warning> warnings = warnings(model, rows, found, projection);
      for (int t = 0; t < projection.terms().size(); t++) {
        Map<String, @Nullable Object> row = row(projection, t, level);
        row.put("model", model.name());
        row.put("contrast", rows.contrast());
        row.put("n_missing", (long) rows.rows() - found.places().length);
        row.put("n_null", (long) found.incomplete());
        row.put("warnings", t > 0 ? List.of() : warnings.stream().map(Warning::row).toList());
        answer.add(row);
      }
    }
    relation.tiles().close();
    double[] adjusted =
        Holm.adjust(answer.stream().mapToDouble(row -> ModelPart.number(row, "p_value")).toArray());
    for (int i = 0; i < adjusted.length; i++) {
      answer.get(i).put("p_adjusted", adjusted[i]);
    }
    return answer;
  }

  private static Map<String, @Nullable Object> row(
      BestLinearProjection.Projection projection, int term, double level) {
    Estimate estimate = projection.estimates().get(term);
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("term", projection.terms().get(term));
    row.put("estimate", estimate.value());
    row.put("std_error", estimate.standardError());
    row.put("z", estimate.z());
    row.put("p_value", estimate.pValue());
    row.put("ci_lower", estimate.lower(level));
    row.put("ci_upper", estimate.upper(level));
    row.put("n", projection.rows());
    row.put("cov", projection.cov());
    return row;
  }

  private static void check(
      StoredModel model, IdMatch.Found found, BestLinearProjection.Projection projection) {
    if (projection.rows() <= projection.terms().size()) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          String.format(
              Locale.ROOT,
              "%d rows of model '%s' are in the relation with all features (%d without), too few for %d coefficients. Pass more rows, or fewer features.",
              projection.rows(),
              model.name(),
              found.incomplete(),
              projection.terms().size()));
    }
  }

  private static List<Warning> warnings(
      StoredModel model,
      KeptRows rows,
      IdMatch.Found found,
      BestLinearProjection.Projection projection) {
    List<Warning> warnings = new ArrayList<>();
    if (projection.rank() < projection.terms().size()) {
      warnings.add(
          new Warning(
              "collinear_features",
              Severity.CAUTION,
              "features depend on each other, or do not vary: their coefficients cannot be told apart"));
    }
    if (found.places().length < rows.rows()) {
      warnings.add(
          new Warning(
              "rows_missing",
              Severity.INFO,
              String.format(
                  Locale.ROOT,
                  "%d of the %d rows of model '%s' are not in the relation: the projection is of the others",
                  rows.rows() - found.places().length,
                  rows.rows(),
                  model.name())));
    }
    new LackingRows(rows).warning(found.places()).ifPresent(warnings::add);
    return warnings;
  }
}
