/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.DOUBLE;
import static io.whatif.function.SqlType.VARCHAR;

import io.whatif.estimate.KeptAverages;
import io.whatif.inference.Estimate;
import io.whatif.model.KeptRows;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The effects of the rows a model was fitted on, each by what was fitted without it. */
final class CateOob implements Body.Report {
  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "cate_oob",
          "The effect of each row that a causal forest was fitted on, by the trees that did not draw"
              + " it, so that its own outcome is in none of it; and its doubly robust score. The plain"
              + " mean of scores is the average effect where the fit has one repetition and neither"
              + " weights nor clusters; else see ate('model'). One row for each used row, and each"
              + " arm; in no order.",
          List.of(StudyArguments.STORED, CatePopulation.LEVEL),
          List.of(
              new ResultColumn(
                  "id",
                  VARCHAR,
                  "the row's id as text: write id::BIGINT to compare or order by number, as ORDER BY id"
                      + " is by text; NULL if the fit named no id, or one of a type that is not kept"
                      + " (moments, more than 15 decimal digits, UUID: cast such to VARCHAR)"),
              new ResultColumn("contrast", VARCHAR, "what is compared, such as 0 -> 1"),
              new ResultColumn(
                  "effect", DOUBLE, "the out-of-bag effect; NULL if every tree drew it"),
              new ResultColumn(
                  "std_error", DOUBLE, "its standard error, of little bags out of bag"),
              new ResultColumn("ci_lower", DOUBLE, "lower end of the interval"),
              new ResultColumn("ci_upper", DOUBLE, "upper end of the interval"),
              new ResultColumn(
                  "score",
                  DOUBLE,
                  "the doubly robust score: its mean over rows is their effect; NULL where there is no"
                      + " out-of-bag effect")),
          "Athey, Tibshirani and Wager 2019, doi:10.1214/18-AOS1709; Robins, Rotnitzky and Zhao"
              + " 1994, doi:10.1080/01621459.1994.10476818",
          """
          FROM cate_fit(TABLE nsw, model => 'forest', outcome => 'earnings_1978', treatment => 'treated',
                        features => ['age', 'education'], method => 'causal_forest', trees => 100);
          SELECT effect, std_error, score FROM cate_oob('forest');""",
          List.of(new CateOob()));

  @Override
  public List<Map<String, @Nullable Object>> rows(StoredModel model, Arguments arguments) {
    double level = arguments.isGiven("level") ? EffectCall.level(arguments) : model.model().level();
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (KeptRows kept : ModelRowsKept.of(model)) {
      double[] scores = new KeptAverages(kept).scores();
      double[] effect = kept.effect();
      for (int i = 0; i < effect.length; i++) {
        Estimate estimate = new Estimate(effect[i], kept.error()[i]);
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("id", kept.ids().text(i));
        row.put("contrast", kept.contrast());
        row.put("effect", effect[i]);
        row.put("std_error", estimate.standardError());
        row.put("ci_lower", estimate.lower(level));
        row.put("ci_upper", estimate.upper(level));
        row.put("score", scores[i]);
        rows.add(row);
      }
    }
    return rows;
  }
}
