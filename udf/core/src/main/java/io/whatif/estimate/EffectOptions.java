/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.util.List;

/** The options that the methods of effects by learners share. */
final class EffectOptions {
  static final Option FINAL =
      Option.text(
          "final",
          "What fits the effect by the features: a learner such as spline, or ols, by which dr and r"
              + " have coefficients with intervals. Left out: ols for dr, else what outcome_learner says.",
          "");
  static final Option CLIP =
      Option.number(
          "clip", "How far propensities are kept from 0 and 1, where they divide.", Scores.CLIP);
  static final Option OUTCOME_MODEL =
      Option.word(
          "outcome_model",
          "Whether the outcome is predicted in each arm on its own (per_arm), or in all by one"
              + " model with the arm among its covariates (joint).",
          "per_arm",
          "per_arm",
          "joint");

  static final List<Option> LEARNED = List.of(FINAL, CLIP);

  private EffectOptions() {}

  /** The text of {@link #FINAL}, or {@code fallback} where it is left out. */
  static String last(FitOptions options, String fallback) {
    String text = options.own().text(FINAL).strip();
    return text.isEmpty() ? fallback : text;
  }

  /** Whether a text means least squares, by which an effect has coefficients. */
  static boolean isLinear(String learner) {
    return learner.strip().equalsIgnoreCase("ols");
  }

  /** Refuses units of coefficients where there are none. */
  static void checkLearned(FitOptions options, String method) {
    FitOptions.Scale scale = options.scale();
    if (scale.perStandardDeviation() || scale.centred()) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "%s: method '%s' fits the effect by a learner and has no coefficients. Leave it out, or use method => 'dr' with final => 'ols'."
              .formatted(scale.centred() ? "center => true" : "per => 'sd'", method));
    }
  }

  /** The clip asked for. */
  static double clip(FitOptions options) {
    double clip = options.own().number(CLIP);
    if (!(clip >= 0 && clip < 0.5)) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "clip => %s: must lie between 0 and 0.5, such as 0.01.".formatted(clip));
    }
    return clip;
  }
}
