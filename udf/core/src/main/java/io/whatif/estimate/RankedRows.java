/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowWindow;

/** Effects and scores of the rows that {@link Fifths} are of, a few at a time. Of one thread. */
final class RankedRows {
  private final Scores scores;
  private final RowWindow window;

  RankedRows(Scores scores) {
    this.scores = scores;
    window = new RowWindow(scores.tau, scores.score, scores.slopes);
  }

  /** Sees to it that the rows {@code from..to-1} are there. */
  void moveTo(int from, int to) {
    window.moveTo(from, to);
  }

  /** The row whose effect comes first. */
  int first() {
    return window.first();
  }

  double[] effects() {
    return window.column(0);
  }

  double score(int row) {
    return window.column(1)[row - window.first()];
  }

  /** Adds the score of a part of a row that is there. */
  void add(int row, double part, RowMean to) {
    double slope = Scores.slope(window.column(2), row - window.first());
    to.add(scores.weighting, row, part, score(row), slope);
  }
}
