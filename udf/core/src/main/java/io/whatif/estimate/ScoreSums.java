/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Mergeable;
import io.whatif.inference.RowSums;
import org.jspecify.annotations.Nullable;

/** Sums over the rows that have a score. */
final class ScoreSums implements Mergeable<ScoreSums> {
  int rows;
  double effects;
  final RowMean scores = new RowMean();

  /**
   * Adds the rows {@code from..to-1}.
   *
   * @param columns effect and score of each row, and how far the score moves with the outcome,
   *     which may be left out or empty where rows have no weights; row i stands at i - first
   */
  ScoreSums with(
      double[][] columns, int first, int from, int to, Study.@Nullable Weighting weighting) {
    for (int start = from; start < to; start += RowSums.BLOCK) {
      addBlock(columns, first, start, Math.min(to, start + RowSums.BLOCK), weighting);
    }
    return this;
  }

  private void addBlock(
      double[][] columns, int first, int from, int to, Study.@Nullable Weighting weighting) {
    double[] effect = columns[0];
    double[] score = columns[1];
    boolean moved = columns.length > 2 && columns[2].length > 0;
    RowMean mean = new RowMean();
    int some = 0;
    double sum = 0;
    for (int row = from; row < to; row++) {
      int i = row - first;
      if (!Double.isNaN(score[i])) {
        some++;
        sum += weighting == null ? effect[i] : weighting.products()[row] * effect[i];
        mean.add(weighting, row, 1, score[i], moved ? columns[2][i] : 0);
      }
    }
    rows += some;
    effects += sum;
    scores.add(mean);
  }

  @Override
  public ScoreSums merge(ScoreSums other) {
    rows += other.rows;
    effects += other.effects;
    scores.add(other.scores);
    return this;
  }
}
