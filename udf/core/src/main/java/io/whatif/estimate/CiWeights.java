/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.util.List;
import java.util.Locale;

/**
 * Which rows {@link CiDml} keeps, and how it weights their residuals.
 *
 * <p>Rows are kept, and propensities rescaled to e, by {@link PropensityTrim}. Orthogonal weights
 * make \( E[\omega \tilde D^2 | X] \) what the estimand asks for while \( E[\omega \tilde D | X] =
 * 0 \): ATE \( 1 / (e (1 - e)) \), ATT \( 1 / (1 - e) \), ATC \( 1 / e \), overlap 1. The paper's
 * are those of its Table 1, ATE \( D/e + (1-D)/(1-e) \) and ATT \( D + (1-D) e/(1-e) \): with them
 * \( E[\omega \tilde D | X] = 1 - 2 e \) (ATE), so that errors of the outcome's prediction bias the
 * estimate, and it tends to the average effect weighted by \( (1-e)^2 + e^2 \) beside.
 *
 * @param propensity e of each row, rescaled
 * @param weight of each row, 0 for rows that are not kept
 * @param target how much each row counts in means of customer effects, 0 for rows not kept
 * @param trim what was kept
 */
record CiWeights(double[] propensity, double[] weight, double[] target, PropensityTrim trim) {
  static final Option ESTIMAND =
      Option.word(
          "estimand",
          "Whose average effect: of all rows, of the treated, of the untreated, or weighted by overlap.",
          "ATE",
          "ATE",
          "ATT",
          "ATC",
          "overlap");
  static final Option WEIGHTS =
      Option.word(
          "weights",
          "The weights of residuals: orthogonal, or those of the paper's Table 1, which are biased where the outcome is predicted badly.",
          "orthogonal",
          "orthogonal",
          "paper");
  static final Option ALPHA =
      new Option(
          "alpha",
          Option.Kind.NUMBER_OR_WORD,
          "Keep propensities in [alpha, 1 - alpha]: a number from 0 to below 0.5, auto or crump, as in propensity_trim.",
          "auto",
          List.of("auto", "crump"));
  static final Option SUPPORT =
      Option.word(
          "support",
          "both: keep also to the range of propensities that both arms have; none: alpha alone.",
          "both",
          "both",
          "none");
  static final Option RESCALE =
      Option.flag(
          "rescale",
          "Whether kept propensities are rescaled to average to the share of treated.",
          true);

  /**
   * Reads and checks the options.
   *
   * @param estimand ATE, ATT, ATC or overlap
   * @param paper whether weights are those of Table 1
   */
  record Plan(String estimand, boolean paper, PropensityTrim.Rule rule) {
    static Plan of(Settings own) {
      String estimand = own.text(ESTIMAND);
      boolean paper = own.text(WEIGHTS).equals("paper");
      boolean onTreated = estimand.equals("ATT");
      if (paper && !onTreated && !estimand.equals("ATE")) {
        throw new WhatifException(
            ErrorCode.BAD_ARGUMENT,
            "estimand => '%s': weights => 'paper' has ATE and ATT alone. Leave weights out."
                .formatted(estimand));
      }
      boolean number = own.isNumber(ALPHA);
      if (number && !(own.number(ALPHA) >= 0 && own.number(ALPHA) < 0.5)) {
        throw new WhatifException(
            ErrorCode.BAD_ARGUMENT,
            String.format(
                Locale.ROOT,
                "alpha => %s: must be at least 0 and below 0.5, such as 0.01.",
                own.number(ALPHA)));
      }
      return new Plan(
          estimand,
          paper,
          new PropensityTrim.Rule(
              number ? (Double) own.number(ALPHA) : null,
              number ? "" : own.text(ALPHA),
              own.text(SUPPORT).equals("both"),
              own.flag(RESCALE),
              onTreated));
    }

    /** What the estimate estimates, in words. */
    String text() {
      String text = estimand.equals("overlap") ? "overlap-weighted average" : estimand;
      return paper ? "paper-weighted " + text : text;
    }
  }

  /**
   * The weights of rows.
   *
   * @param e the propensity of each row
   * @param d 1 for treated, 0 for untreated
   * @param complete whether a row may be used
   */
  static CiWeights of(Study study, double[] e, double[] d, boolean[] complete, Plan plan) {
    PropensityTrim trim = new PropensityTrim(e, d, plan.rule(), study);
    PropensityTrim.Weights weights = trim.weights();
    double[] scaled = weights.scaled();
    double[] weight = new double[e.length];
    double[] target = new double[e.length];
    for (int i = 0; i < e.length; i++) {
      if (trim.inSupport[i] && complete[i]) {
        weight[i] = plan.paper() ? weights.weight()[i] : orthogonal(plan.estimand(), scaled[i]);
        target[i] = target(plan.estimand(), scaled[i], d[i]);
      }
    }
    return new CiWeights(scaled, weight, target, trim);
  }

  private static double orthogonal(String estimand, double e) {
    return switch (estimand) {
      case "ATE" -> 1 / (e * (1 - e));
      case "ATT" -> 1 / (1 - e);
      case "ATC" -> 1 / e;
      default -> 1;
    };
  }

  private static double target(String estimand, double e, double d) {
    return switch (estimand) {
      case "ATE" -> 1;
      case "ATT" -> d;
      case "ATC" -> 1 - d;
      default -> e * (1 - e);
    };
  }

  /** The weights without the rows of a fold. */
  double[] without(int fold, io.whatif.learn.Folds folds) {
    double[] others = weight.clone();
    for (int i = 0; i < others.length; i++) {
      others[i] = folds.of((long) i) == fold ? 0 : others[i];
    }
    return others;
  }

  /** How many rows those that are kept stand for. */
  long kept(Study study) {
    double kept = 0;
    for (int i = 0; i < weight.length; i++) {
      kept += weight[i] > 0 ? study.counted(i) : 0;
    }
    return Math.round(kept);
  }
}
