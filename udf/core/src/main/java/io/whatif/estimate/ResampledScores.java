/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;

/**
 * The sums of the scores of {@link Scores} over the rows of each draw of a round, of a binary
 * treatment, from which its averages follow.
 */
final class ResampledScores implements Mergeable<ResampledScores> {
  private final ResampledRows hand;

  /** For each draw how much its rows count, and the sum of their scores. */
  private final double[] rows;

  private final double[] score;

  /** The same of the treated. */
  private final double[] treated;

  private final double[] onTreated;

  private ResampledScores(ResampledRows.Round round) {
    hand = new ResampledRows(round);
    int draws = round.draws().count();
    rows = new double[draws];
    score = new double[draws];
    treated = new double[draws];
    onTreated = new double[draws];
  }

  /**
   * Sums up the rows. One scan.
   *
   * @param withoutFold for each fold the coefficients without it, those of a term side by side, one
   *     for each draw
   */
  static ResampledScores of(Run run, ResampledRows.Round round, double[][] withoutFold) {
    return round.study().data().scan(run, new Sum(round, withoutFold));
  }

  @Override
  public ResampledScores merge(ResampledScores other) {
    for (int b = 0; b < rows.length; b++) {
      rows[b] += other.rows[b];
      score[b] += other.score[b];
      treated[b] += other.treated[b];
      onTreated[b] += other.onTreated[b];
    }
    return this;
  }

  /** The average effect in a draw. */
  double average(int draw) {
    return score[draw] / rows[draw];
  }

  /** That on the treated. */
  double averageOnTreated(int draw) {
    return onTreated[draw] / treated[draw];
  }

  private record Sum(ResampledRows.Round round, double[][] withoutFold)
      implements Pass<ResampledScores, ResampledScores> {
    @Override
    public ResampledScores zero() {
      return new ResampledScores(round);
    }

    @Override
    public void accumulate(Batch batch, ResampledScores sum) {
      double[] y = batch.column(Study.OUTCOME);
      double[] d = batch.column(Study.TREATMENT);
      sum.hand.forEachBlock(
          batch,
          (from, to, fold) -> {
            for (int r = from; r < to; r++) {
              int row = sum.hand.row(r);
              add(sum, r - from, withoutFold[fold], y[row], d[row]);
            }
          });
    }

    private void add(ResampledScores sum, int r, double[] without, double y, double d) {
      ResampledRows hand = sum.hand;
      int draws = round.draws().count();
      int width = round.basis().width();
      for (int b = 0; b < draws; b++) {
        double w = hand.counts[r * draws + b];
        double tau = 0;
        for (int t = 0; t < width; t++) {
          tau += hand.terms[r * width + t] * without[t * draws + b];
        }
        double u = y - hand.predicted(ResampledRows.OUTCOME, r, b);
        double e = Scores.clip(hand.predicted(ResampledRows.TREATMENT, r, b));
        double rest = u + e * tau;
        sum.rows[b] += w;
        sum.score[b] += w * (tau + (d - e) / (e * (1 - e)) * (u - (d - e) * tau));
        sum.treated[b] += w * d;
        sum.onTreated[b] += w * (d * rest - (1 - d) * e / (1 - e) * rest);
      }
    }

    @Override
    public ResampledScores finish(ResampledScores total) {
      return total;
    }
  }
}
