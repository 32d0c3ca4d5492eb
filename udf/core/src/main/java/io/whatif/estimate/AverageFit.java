/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import org.jspecify.annotations.Nullable;

/** What one fit knows of every contrast. Arms are counted by their codes, from 1. */
public interface AverageFit {
  /** The scores of an arm's contrast with the control; of a continuous treatment those of arm 1. */
  AverageScores scores(Run run, int arm);

  /** What tells whether an arm's estimate can be trusted. */
  Grounds grounds(Run run, int arm);

  /**
   * What an unseen confounder could do to an arm's average over a group of rows.
   *
   * @param theta the average
   */
  default Strength strength(int arm, RowGroup group, double theta) {
    return Strength.UNKNOWN;
  }

  /** To end the estimand's name: which rows an arm's average is among, if not all that it says. */
  default String among(int arm) {
    return "";
  }

  /** Bytes to give back once this is let go. */
  long bytes();

  /**
   * What an estimate of a contrast rests on.
   *
   * @param pair the rows of the arm and the control
   * @param propensity the chance of the arm against the control at those rows; empty if it was not
   *     predicted
   * @param fitted predictions and scores of those rows; null if the outcome was not predicted
   * @param learners what was fitted
   */
  record Grounds(ArmPair pair, double[] propensity, @Nullable Fitted fitted, String learners) {}

  /**
   * Predictions and scores as {@link Diagnostics} take them.
   *
   * @param nuisances of the pair's rows
   * @param scores of the pair's rows
   * @param shape how the effect varies
   * @param overall scores of the rows of all arms
   */
  record Fitted(
      CrossFit nuisances, Scores scores, Evidence.Shape shape, Evidence.Overall overall) {}
}
