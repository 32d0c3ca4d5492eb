/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.Run;
import io.whatif.estimate.FeatureMoments;
import io.whatif.estimate.Importance;
import io.whatif.estimate.Study;
import io.whatif.model.CateModel;
import io.whatif.model.Feature;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What cate_explain tells of the features of an effect: their mean, standard deviation and
 * importance, and the mean and standard deviation of each term of its basis.
 */
final class FeatureRows {
  private FeatureRows() {}

  /** The rows of a fit with what is told of its features. */
  static List<Map<String, @Nullable Object>> of(
      Run run, Study study, CateModel effect, List<Map<String, @Nullable Object>> explain) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    explain.forEach(row -> rows.add(new LinkedHashMap<>(row)));
    List<Term> terms = FeatureMoments.terms(effect);
    if (study.features().isEmpty()) {
      return rows;
    }
    FeatureMoments moments = FeatureMoments.of(run, study, terms);
    double[] importance = Importance.of(run, study, effect);
    for (int f = 0; f < importance.length; f++) {
      Map<String, @Nullable Object> row = row(rows, study.name(study.features().get(f)));
      row.put("mean", moments.featureMean(f));
      row.put("sd", moments.featureDeviation(f));
      row.put("importance", importance[f]);
    }
    for (int t = 0; t < terms.size(); t++) {
      if (!(terms.get(t) instanceof Term.Intercept)) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("item", terms.get(t).name());
        row.put("kind", "term");
        row.put("mean", moments.termMean(t));
        row.put("sd", moments.termDeviation(t));
        describe(terms.get(t), effect, row);
        rows.add(row);
      }
    }
    return rows;
  }

  /** What a term is of, for sentences; these are no columns of cate_explain. */
  private static void describe(Term term, CateModel effect, Map<String, @Nullable Object> row) {
    if (term instanceof Term.Level level) {
      Feature feature = effect.features().get(level.feature());
      row.put("feature", feature.name());
      row.put("level", feature.categories().get(level.code()));
      row.put("base", feature.categories().get(0));
      row.put("note", "against " + feature.name() + "=" + feature.categories().get(0));
    } else if (term instanceof Term.Missing missing) {
      row.put("feature", effect.features().get(missing.feature()).name());
      row.put("missing", true);
    }
  }

  /** The row of a feature, which is added if the fit tells nothing of it. */
  private static Map<String, @Nullable Object> row(
      List<Map<String, @Nullable Object>> rows, String feature) {
    for (Map<String, @Nullable Object> row : rows) {
      if ("feature".equals(row.get("kind")) && feature.equals(row.get("item"))) {
        return row;
      }
    }
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("item", feature);
    row.put("kind", "feature");
    rows.add(row);
    return row;
  }
}
