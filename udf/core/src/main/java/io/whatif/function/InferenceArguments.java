/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Bootstrap;
import io.whatif.inference.BootstrapInterval;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The arguments that say how errors and intervals are made. */
final class InferenceArguments {
  static final Argument INFERENCE =
      Argument.optional(
              "inference",
              Argument.Type.WORD,
              "Where errors and intervals come from: the estimates' formulas (analytic), or resamples of rows, or of"
                  + " whole ids or clusters, with everything fitted anew (bootstrap).")
          .withChoices("analytic", "bootstrap")
          .withDefault("analytic");
  static final Argument DRAWS =
      Argument.optional("draws", Argument.Type.INTEGER, "Resamples of the bootstrap.")
          .withDefault(200L);
  static final Argument INTERVAL =
      Argument.optional(
              "interval_kind",
              Argument.Type.WORD,
              "How the bootstrap's intervals are made: quantiles of the draws (percentile), those mirrored at the"
                  + " estimate (pivot), or the estimate and the draws' standard deviation (normal).")
          .withChoices("percentile", "pivot", "normal")
          .withDefault("percentile");

  static final Argument P_ADJUST =
      Argument.optional(
              "p_adjust",
              Argument.Type.WORD,
              "How p_adjusted heeds that many rows are tested: holm, or romano-wolf, which uses how the estimates"
                  + " depend on each other, against any false find; benjamini-hochberg for a bounded share of them.")
          .withChoices("holm", "romano-wolf", "benjamini-hochberg")
          .withDefault("holm");
  static final Argument JOINT =
      Argument.optional(
              "joint",
              Argument.Type.BOOLEAN,
              "Whether to add joint_lower and joint_upper: intervals that hold for all rows together.")
          .withDefault(false);

  private static final int LEAST_DRAWS = 20;
  private static final int MOST_DRAWS = 10_000;

  private InferenceArguments() {}

  /** The resampling that is asked for, or null. */
  static Bootstrap.@Nullable Plan bootstrap(Arguments arguments) {
    if (!has(arguments) || !arguments.requiredText("inference").equals("bootstrap")) {
      for (String name : new String[] {"draws", "interval_kind"}) {
        Object given = arguments.given().get(name);
        if (has(arguments) && given != null) {
          throw new WhatifException(
              ErrorCode.BAD_ARGUMENT,
              "%s => %s: only resamples have it. Say inference => 'bootstrap', or leave it out."
                  .formatted(name, Arguments.show(given)));
        }
      }
      return null;
    }
    return new Bootstrap.Plan(
        EffectCall.count(arguments, "draws", LEAST_DRAWS, MOST_DRAWS),
        BootstrapInterval.Kind.valueOf(
            arguments.requiredText("interval_kind").toUpperCase(Locale.ROOT)),
        arguments.flag("averages") || !arguments.names("features").isEmpty());
  }

  private static boolean has(Arguments arguments) {
    return arguments.function().takes(INFERENCE);
  }

  /** Whether a call needs the joint law of its rows. */
  static boolean needJointLaw(Arguments arguments) {
    boolean joint = arguments.flag("joint");
    if (joint && arguments.requiredText("inference").equals("bootstrap")) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "joint => true: joint intervals come from the estimates' formulas, not from resamples. Leave out joint or inference.");
    }
    return joint || arguments.requiredText("p_adjust").equals("romano-wolf");
  }
}
