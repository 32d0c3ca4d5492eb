/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import io.whatif.math.NormalEquations;
import java.util.List;

/**
 * Chooses each outer fold's penalty for least squares by the squared error on inner folds. Works on
 * Gram matrices alone: the error of b on a fold is \( y^\top y - 2 b^\top X^\top y + b^\top X^\top
 * X b \). No scan.
 */
final class RidgePenalty {
  private final InnerFolds inner;
  private final Gram[] grams;
  private final int width;
  private final int targets;

  /**
   * Prepares a choice.
   *
   * @param grams of the standardized basis and the targets behind it, for each inner fold
   */
  RidgePenalty(InnerFolds inner, Gram[] grams, int width) {
    this.inner = inner;
    this.grams = grams;
    this.width = width;
    this.targets = grams[0].width() - width;
  }

  /** For each target and outer fold, the number of the best penalty. */
  int[][] choose(Run run, Standardization basis) {
    List<InnerFolds.Split> splits = inner.splits();
    double[][][] errors = new double[splits.size()][targets][Penalties.COUNT];
    int[] distinct = inner.distinct();
    int[] mirrors = inner.mirrors();
    Parallel.forEach(
        run,
        distinct.length * Penalties.COUNT,
        piece -> {
          int s = distinct[piece / Penalties.COUNT];
          int at = piece % Penalties.COUNT;
          InnerFolds.Split split = splits.get(s);
          Gram training = split.training(grams);
          double[] penalty = basis.evenPenalty(Penalties.of(at));
          NormalEquations equations = NormalEquations.of(training, width, penalty);
          for (int t = 0; t < targets; t++) {
            double[] b = equations.solve(FoldGrams.column(training, width, width + t));
            errors[s][t][at] = squaredError(grams[split.inner()], b, width + t);
            if (mirrors[s] >= 0) {
              errors[mirrors[s]][t][at] = squaredError(grams[split.outer()], b, width + t);
            }
          }
        });
    int[][] chosen = new int[targets][inner.folds().count() / inner.parts()];
    for (int t = 0; t < targets; t++) {
      for (int k = 0; k < chosen[t].length; k++) {
        double[] total = new double[Penalties.COUNT];
        for (int s = 0; s < splits.size(); s++) {
          for (int at = 0; at < total.length && splits.get(s).outer() == k; at++) {
            total[at] += errors[s][t][at];
          }
        }
        chosen[t][k] = Penalties.smallest(total);
      }
    }
    return chosen;
  }

  /** The squared error of coefficients on the rows of a Gram matrix. */
  static double squaredError(Gram gram, double[] b, int target) {
    double error = gram.get(target, target);
    for (int i = 0; i < b.length; i++) {
      double row = -2 * gram.get(target, i) + b[i] * gram.get(i, i);
      for (int j = 0; j < i; j++) {
        row += 2 * b[j] * gram.get(i, j);
      }
      error += b[i] * row;
    }
    return error;
  }
}
