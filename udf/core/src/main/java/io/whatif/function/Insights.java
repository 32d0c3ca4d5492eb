/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.math.Normal;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The sentences on one effect of a stored model. */
final class Insights {
  /** Adjusted p-values below which something counts as found. */
  private static final double FOUND = 0.05;

  /** The smallest importance worth a word, and how many features are named. */
  private static final double WORTH_A_WORD = 0.05;

  private static final int NAMED = 3;

  private final StoredModel model;
  private final ModelPart part;
  private final List<TermTest> tests;
  private final String prefix;
  private final List<Map<String, @Nullable Object>> rows = new ArrayList<>();

  /**
   * Sentences on a part of a model.
   *
   * @param tests of its coefficients, with p-values adjusted for all that are told at once
   * @param named whether each sentence is to name what is compared
   */
  Insights(StoredModel model, ModelPart part, List<TermTest> tests, boolean named) {
    this.model = model;
    this.part = part;
    this.tests = tests;
    this.prefix = named ? part.contrast() + ": " : "";
  }

  /** The sentences in the order they are to be read. */
  List<Map<String, @Nullable Object>> rows() {
    if (!Double.isNaN(part.figure("estimate"))) {
      average();
      if (tests.isEmpty()) {
        withoutCoefficients();
      } else {
        coefficients();
      }
      fifths();
    }
    doubts();
    return rows;
  }

  private Map<String, @Nullable Object> tell(String kind, String sentence) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("rank", rows.size() + 1L);
    row.put("kind", kind);
    row.put("sentence", prefix + sentence);
    row.put("contrast", part.report().get("contrast"));
    rows.add(row);
    return row;
  }

  private void average() {
    double lower = part.figure("ci_lower");
    double upper = part.figure("ci_upper");
    boolean together = model.provenance().get("together") != null; // the contrast names its own
    String treatment =
        together
            ? "the treatment"
            : model.provenance().get("treatment") + " (" + part.contrast() + ")";
    tell(
        "average",
        "%s changes %s by %s on average (%s%% interval %s to %s).%s"
            .formatted(
                treatment,
                model.provenance().get("outcome"),
                Phrase.number(part.figure("estimate")),
                Phrase.number(100 * model.model().level()),
                Phrase.number(lower),
                Phrase.number(upper),
                lower <= 0 && upper >= 0 ? " That may be chance." : ""));
  }

  private void coefficients() {
    List<TermTest> found =
        tests.stream()
            .filter(test -> test.pAdjusted() < FOUND)
            .sorted(Comparator.comparingDouble(test -> -Math.abs(test.perDeviation())))
            .toList();
    for (TermTest test : found) {
      Map<String, @Nullable Object> row = tell("feature", test.sentence() + ".");
      row.put("feature", test.feature());
      row.put("effect_per_sd", test.perDeviation());
      row.put("p_adjusted", test.pAdjusted());
    }
    if (!found.isEmpty()) {
      return;
    }
    OptionalDouble smallest = tests.stream().mapToDouble(TermTest::pAdjusted).min();
    double together = part.figure("heterogeneity_p");
    String none =
        "%s (smallest %s)"
            .formatted(
                tests.size() == 1
                    ? "the only term of the effect was not found to change it"
                    : "none of the %d terms of the effect was found to change it"
                        .formatted(tests.size()),
                Phrase.p(smallest.orElse(Double.NaN)));
    tell(
            "none",
            together < FOUND && tests.size() > 1
                ? String.format(
                    Locale.ROOT,
                    "The features together tell that the effect varies (p = %.3f), but %s.",
                    together,
                    none)
                : "None found: " + none + ".")
        .put("p_adjusted", smallest.orElse(Double.NaN));
  }

  /** Where there is no coefficient to speak of, whether and with what the predictions vary. */
  private void withoutCoefficients() {
    if (part.explain("feature").isEmpty()) {
      tell("none", "None found: the model has no features, and gives every row the same effect.");
      return;
    }
    double p = part.figure("heterogeneity_p");
    if (Double.isNaN(p)) {
      tell("none", "None found: the method gives no test of whether the effect varies.");
    } else if (p >= FOUND) {
      tell(
              "none",
              String.format(
                  Locale.ROOT,
                  "None found: there is no evidence that the effect varies with the features (p = %.3f).",
                  p))
          .put("p_adjusted", p);
    } else {
      tell(
              "heterogeneity",
              p < 0.001
                  ? "The effect varies with the features (p < 0.001)."
                  : String.format(
                      Locale.ROOT, "The effect varies with the features (p = %.3f).", p))
          .put("p_adjusted", p);
      importance();
    }
  }

  private void importance() {
    List<Map<String, @Nullable Object>> worth =
        CateImportance.ranked(part).stream()
            .filter(row -> ModelPart.number(row, "importance") >= WORTH_A_WORD)
            .limit(NAMED)
            .toList();
    if (worth.isEmpty()) {
      return;
    }
    String shares =
        worth.stream()
            .map(
                row ->
                    String.format(
                        Locale.ROOT,
                        "%.0f%% with %s",
                        100 * ModelPart.number(row, "importance"),
                        row.get("item")))
            .collect(Collectors.joining(", "));
    tell("importance", "Of the variation of predicted effects there goes " + shares + " alone.")
        .put("feature", worth.get(0).get("item"));
  }

  /** Mean effects where they were predicted largest and smallest, by rows not used to predict. */
  private void fifths() {
    double top = part.figure("top_fifth_effect");
    double topError = part.figure("top_fifth_se");
    double bottom = part.figure("bottom_fifth_effect");
    double bottomError = part.figure("bottom_fifth_se");
    if (Double.isNaN(top) || Double.isNaN(bottom)) {
      return;
    }
    double z = (top - bottom) / Math.hypot(topError, bottomError);
    tell(
        "ranking",
        "The fifth with the largest predicted effects %s, the smallest %s.%s"
            .formatted(
                gains(top, topError),
                gains(bottom, bottomError),
                Normal.twoSided(z) < FOUND && z > 0
                    ? ""
                    : " The two do not differ beyond chance."));
  }

  private static String gains(double effect, double error) {
    return (effect < 0 ? "loses " : "gains ") + Phrase.withError(Math.abs(effect), error);
  }

  private void doubts() {
    if (!(part.report().get("warnings") instanceof List<?> warnings)) {
      return;
    }
    String codes =
        warnings.stream()
            .filter(w -> w instanceof Map<?, ?> map && !"info".equals(map.get("severity")))
            .map(w -> String.valueOf(((Map<?, ?>) w).get("code")))
            .distinct()
            .collect(Collectors.joining(", "));
    if (!codes.isEmpty()) {
      tell(
          "doubt",
          "The fit is to be doubted (%s): %s. See cate_explain('%s')."
              .formatted(part.report().get("verdict"), codes, model.name()));
    }
  }
}
