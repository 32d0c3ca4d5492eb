/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowWindow;
import io.whatif.inference.RowSums;

/** Effects and scores of the rows that {@link Fifths} are of, a few at a time. Of one thread. */
final class RankedRows {
  private final Scores scores;
  private final RowWindow ranked;
  private final RowWindow scored;
  private final double[] some = new double[RowSums.BLOCK];

  RankedRows(Scores scores) {
    this.scores = scores;
    ranked = new RowWindow(scores.tau);
    scored = new RowWindow(scores.score, scores.slopes);
  }

  /** Sees to it that the rows {@code from..to-1} are there. */
  void moveTo(int from, int to) {
    ranked.moveTo(from, to);
    scored.moveTo(from, to);
  }

  /** The row whose effect comes first. */
  int first() {
    return ranked.first();
  }

  double[] effects() {
    return ranked.column(0);
  }

  double score(int row) {
    return scored.column(0)[row - scored.first()];
  }

  /** Adds the score of a part of a row that is there. */
  void add(int row, double part, RowMean to) {
    double slope = Scores.slope(scored.column(1), row - scored.first());
    to.add(scores.weighting, row, part, score(row), slope);
  }

  /**
   * Adds the scores of rows that are there.
   *
   * @param picked the first {@code count} are they
   */
  void add(int[] picked, int count, RowMean to) {
    if (scores.isWeighted()) {
      for (int j = 0; j < count; j++) {
        add(picked[j], 1, to);
      }
      return;
    }
    double[] score = scored.column(0);
    int first = scored.first();
    for (int j = 0; j < count; j++) {
      some[j] = score[picked[j] - first];
    }
    to.addEach(some, count);
  }

  /** The same of any row, whose effect is not read. */
  void addAnywhere(int row, double part, RowMean to) {
    scored.moveTo(row, row + 1);
    add(row, part, to);
  }
}
