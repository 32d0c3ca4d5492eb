/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.BIGINT;
import static io.whatif.function.SqlType.DOUBLE;
import static io.whatif.function.SqlType.VARCHAR;

import io.whatif.inference.Holm;
import io.whatif.model.PartitionedCate;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a stored model found, in plain sentences. */
final class CateInsights implements Body.Report {
  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "cate_insights",
          "What a stored model found, in sentences: the average effect, with which features the effect"
              + " rises or falls, or that none was found, and what to doubt. A feature is named if its"
              + " p-value, adjusted by Holm for all features and arms, is below 0.05; they are ranked by"
              + " what one standard deviation of the feature changes.",
          List.of(StudyArguments.STORED),
          List.of(
              new ResultColumn("rank", BIGINT, "the order in which to read"),
              new ResultColumn(
                  "kind",
                  VARCHAR,
                  "average, feature, heterogeneity, none, ranking, importance or doubt"),
              new ResultColumn("sentence", VARCHAR, "what was found"),
              new ResultColumn("feature", VARCHAR, "which feature it is about"),
              new ResultColumn(
                  "effect_per_sd",
                  DOUBLE,
                  "change of the effect with one standard deviation of the feature, or of belonging to the category"),
              new ResultColumn("p_adjusted", DOUBLE, "p-value adjusted by Holm"),
              new ResultColumn("contrast", VARCHAR, "what is compared, such as 0 -> 1")),
          "this project; Holm 1979, Scand. J. Statist. 6",
          "SELECT sentence FROM cate_insights('training');",
          List.of(new CateInsights()));

  @Override
  public List<Map<String, @Nullable Object>> rows(StoredModel model, Arguments arguments) {
    boolean grouped = model.model() instanceof PartitionedCate;
    List<ModelPart> parts = ModelPart.of(model);
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    int from = 0;
    while (from < parts.size()) {
      int to = from + 1;
      while (to < parts.size() && parts.get(to).keys().equals(parts.get(from).keys())) {
        to++;
      }
      List<Map<String, @Nullable Object>> told = rows(model, parts.subList(from, to));
      rows.addAll(grouped ? GroupRows.keyed(told, parts.get(from).keys()) : told);
      from = to;
    }
    return rows;
  }

  /** The sentences on the arms of one group, whose p-values are adjusted together. */
  private static List<Map<String, @Nullable Object>> rows(StoredModel model, List<ModelPart> arms) {
    List<List<TermTest>> tests = arms.stream().map(TermTest::of).toList();
    double[] adjusted =
        Holm.adjust(
            tests.stream().flatMap(List::stream).mapToDouble(TermTest::pAdjusted).toArray());
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    int at = 0;
    for (int arm = 0; arm < arms.size(); arm++) {
      List<TermTest> own = new ArrayList<>();
      for (TermTest test : tests.get(arm)) {
        own.add(test.adjusted(adjusted[at++]));
      }
      rows.addAll(new Insights(model, arms.get(arm), own, arms.size() > 1).rows());
    }
    return rows;
  }
}
