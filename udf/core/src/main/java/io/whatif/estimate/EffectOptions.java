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
          "What fits the effect by the features: ols, whose intervals are valid, or a learner such"
              + " as spline. Left out: ols for dr, else what outcome_learner says.",
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
