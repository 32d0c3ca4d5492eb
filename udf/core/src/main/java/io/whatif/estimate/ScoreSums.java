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

  ScoreSums with(double[][] columns, int from, int to, Study.@Nullable Weighting weighting) {
    for (int start = from; start < to; start += RowSums.BLOCK) {
      addBlock(columns, start, Math.min(to, start + RowSums.BLOCK), weighting);
    }
    return this;
  }

  private void addBlock(double[][] columns, int from, int to, Study.@Nullable Weighting weighting) {
    double[] effect = columns[2];
    double[] score = columns[3];
    double[] slopes = columns[4];
    RowMean mean = new RowMean();
    int some = 0;
    double sum = 0;
    for (int i = from; i < to; i++) {
      if (!Double.isNaN(score[i])) {
        some++;
        sum += weighting == null ? effect[i] : weighting.products()[i] * effect[i];
        mean.add(weighting, i, 1, score[i], slopes.length == 0 ? 0 : slopes[i]);
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
