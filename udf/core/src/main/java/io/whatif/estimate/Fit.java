/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowValues;
import io.whatif.model.CateModel;
import io.whatif.model.KeptRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an estimator found.
 *
 * @param model the effect, to score rows with
 * @param effects the rows of the summary, in order
 * @param figures what is reported beside the estimate, by name; NaN and absent are NULL
 * @param explain the rows of cate_explain
 * @param warnings doubts, the worst first
 * @param influences what rows move the estimates; null where that is not known
 * @param outOfFold the effect of each row by what was fitted without its fold, in the first
 *     repetition; NaN where the row lacks a feature; empty where that is not known
 * @param kept what is to be kept of the rows, null if nothing is
 */
public record Fit(
    CateModel model,
    List<Effect> effects,
    Map<String, @Nullable Object> figures,
    List<Map<String, @Nullable Object>> explain,
    List<Warning> warnings,
    @Nullable Influences influences,
    RowValues outOfFold,
    @Nullable Keeping kept) {

  /**
   * Rows to keep.
   *
   * @param places their places among the study's, null if they are all of those
   */
  public record Keeping(KeptRows rows, int @Nullable [] places) {}

  /** A fit of which it is not known how much a row moves it. */
  public Fit(
      CateModel model,
      List<Effect> effects,
      Map<String, @Nullable Object> figures,
      List<Map<String, @Nullable Object>> explain,
      List<Warning> warnings) {
    this(model, effects, figures, explain, warnings, null, RowValues.NONE, null);
  }

  /** The same with another model of the effect. */
  Fit with(CateModel effect) {
    return new Fit(effect, effects, figures, explain, warnings, influences, outOfFold, kept);
  }

  /** The same with other figures. */
  Fit with(Map<String, @Nullable Object> others) {
    return new Fit(model, effects, others, explain, warnings, influences, outOfFold, kept);
  }

  /** The same with what it predicts out of fold. */
  Fit predicting(RowValues effect) {
    return new Fit(model, effects, figures, explain, warnings, influences, effect, kept);
  }

  /** The same with rows to keep. */
  Fit keeping(KeptRows rows) {
    return new Fit(
        model, effects, figures, explain, warnings, influences, outOfFold, new Keeping(rows, null));
  }

  /** The same, whose rows have these places among those of a larger study. */
  Fit at(int[] places) {
    return kept == null
        ? this
        : new Fit(
            model,
            effects,
            figures,
            explain,
            warnings,
            influences,
            outOfFold,
            new Keeping(kept.rows(), places));
  }

  /** The same of a part of the population, which the estimands then name. */
  Fit among(String part) {
    List<Effect> named =
        effects.stream()
            .map(
                e ->
                    new Effect(
                        e.term(),
                        e.kind(),
                        e.estimand() + " among " + part,
                        e.estimate(),
                        e.pValue(),
                        e.degrees(),
                        e.basis()))
            .toList();
    return new Fit(model, named, figures, explain, warnings, null, outOfFold, kept);
  }

  /** The same with other rows, and further doubts. */
  Fit with(List<Effect> rows, List<Warning> doubts) {
    List<Warning> all = new ArrayList<>(doubts);
    all.addAll(warnings);
    all.sort(Warning.WORST_FIRST);
    return new Fit(model, rows, figures, explain, all, influences, outOfFold, kept);
  }
}
