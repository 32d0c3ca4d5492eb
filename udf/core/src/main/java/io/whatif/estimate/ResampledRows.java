/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.inference.BootstrapWeights;
import io.whatif.learn.Basis;
import io.whatif.learn.FoldRows;
import io.whatif.learn.Folds;
import io.whatif.learn.ResampledFits;

/**
 * The rows that a thread has in hand, block by block of one fold, as the draws of a round see them:
 * what each draw predicts of them, how much they count in it, and their terms of the effect.
 */
final class ResampledRows {
  /** The places of the nuisances among those that are fitted. */
  static final int OUTCOME = 0;

  static final int TREATMENT = 1;

  /** How much each row of the block counts in each draw, draws side by side. */
  final double[] counts;

  /** The terms of the effect of each row of the block, side by side. */
  final double[] terms;

  private final Round round;
  private final FoldRows rows;
  private final ResampledFits.Predictions predictions;

  ResampledRows(Round round) {
    this.round = round;
    this.rows = new FoldRows(round.folds());
    this.predictions = round.fits().predictions();
    this.counts = new double[Basis.Block.ROWS * round.draws().count()];
    this.terms = new double[Basis.Block.ROWS * round.basis().width()];
  }

  /** What the rows of one round of draws are read by. */
  record Round(
      Study study,
      EffectBasis basis,
      Folds folds,
      ResampledFits fits,
      BootstrapWeights.Draws draws) {}

  void forEachBlock(Batch batch, FoldRows.Block block) {
    double[][] phi = round.basis().fill(batch);
    boolean[] complete = EffectBasis.complete(phi, batch.rows());
    rows.group(batch);
    rows.forEachBlock(
        (from, to, fold) -> {
          predictions.fill(batch, rows.rows(), from, to, fold);
          round.draws().fill(batch.firstRow(), rows.rows(), from, to, counts);
          take(batch.firstRow(), phi, complete, from, to);
          block.take(from, to, fold);
        });
  }

  /** Takes the terms of a block; a row that lacks one counts as nothing. */
  private void take(long first, double[][] phi, boolean[] complete, int from, int to) {
    int draws = round.draws().count();
    int width = round.basis().width();
    for (int r = from; r < to; r++) {
      int row = rows.rows()[r];
      int at = (r - from) * width;
      for (int t = 0; t < width; t++) {
        terms[at + t] = complete[row] ? phi[t][row] : 0;
      }
      double weight = complete[row] ? round.study().weight((int) first + row) : 0;
      for (int b = 0; weight != 1 && b < draws; b++) {
        counts[(r - from) * draws + b] *= weight;
      }
    }
  }

  /** The batch's row at a place. */
  int row(int place) {
    return rows.rows()[place];
  }

  /** What a draw predicts of a row of the block. */
  double predicted(int nuisance, int row, int draw) {
    return predictions.of(nuisance, row, draw);
  }
}
