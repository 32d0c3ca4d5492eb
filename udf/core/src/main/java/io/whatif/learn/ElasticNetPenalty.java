/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.math.CoordinateDescent;
import io.whatif.math.Gram;
import java.util.List;

/**
 * Chooses each outer fold's penalty on an {@link ElasticNetPath} by the squared error on inner
 * folds. Works on Gram matrices alone. No scan.
 *
 * @param grams of the standardized basis and the targets behind it, for each inner fold
 */
record ElasticNetPenalty(InnerFolds inner, Gram[] grams, int width, ElasticNetPath path) {

  /** For each target and outer fold, the number of the best penalty. */
  int[][] choose(Run run) {
    int targets = grams[0].width() - width;
    int[][] chosen = new int[targets][inner.folds().count() / inner.parts()];
    if (path.count() == 1) {
      return chosen;
    }
    List<InnerFolds.Split> splits = inner.splits();
    double[][][] errors = new double[splits.size()][targets][path.count()];
    int[] distinct = inner.distinct();
    int[] mirrors = inner.mirrors();
    Parallel.forEach(
        run,
        distinct.length,
        piece -> {
          int s = distinct[piece];
          double[][] mirrored = new double[mirrors[s] < 0 ? 0 : targets][path.count()];
          judge(splits.get(s), errors[s], mirrored);
          if (mirrors[s] >= 0) {
            errors[mirrors[s]] = mirrored;
          }
        });
    for (int t = 0; t < targets; t++) {
      for (int k = 0; k < chosen[t].length; k++) {
        double[] total = new double[path.count()];
        for (int s = 0; s < splits.size(); s++) {
          for (int i = 0; i < total.length && splits.get(s).outer() == k; i++) {
            total[i] += errors[s][t][i];
          }
        }
        chosen[t][k] = Penalties.smallest(total);
      }
    }
    return chosen;
  }

  /**
   * Fits, and tells the errors on the inner fold.
   *
   * @param mirrored receives those on the outer fold, if they are wanted
   */
  private void judge(InnerFolds.Split split, double[][] errors, double[][] mirrored) {
    Gram training = split.training(grams);
    CoordinateDescent descent = CoordinateDescent.of(training, width);
    for (int t = 0; t < errors.length; t++) {
      CoordinateDescent.Solution[] fits = path.follow(training, descent, width, width + t, 0);
      for (int i = 0; i < fits.length; i++) {
        double[] b = fits[i].coefficients();
        errors[t][i] = RidgePenalty.squaredError(grams[split.inner()], b, width + t);
        if (mirrored.length > 0) {
          mirrored[t][i] = RidgePenalty.squaredError(grams[split.outer()], b, width + t);
        }
      }
    }
  }
}
