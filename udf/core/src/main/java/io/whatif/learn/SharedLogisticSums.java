/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.math.CrossGram;
import io.whatif.math.Gram;
import io.whatif.math.WeightedGrams;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of the logistic loss of many targets over the same rows, by matrix products, and if
 * asked for their Hessians. One scan.
 *
 * <p>With one set of points, the gradient of fold k is of its own rows; with one for each fold, it
 * is of the rows of all other folds, at that fold's point.
 */
final class SharedLogisticSums implements Pass<SharedLogisticSums.Sum, SharedLogisticSums.Sum> {
  private final Basis basis;
  private final List<Target> targets;
  private final Folds folds;

  /** Coefficients by column, and in each by target: one array, or one for each fold. */
  private final double[][] points;

  private final boolean hessians;
  private final Weights weights;

  private SharedLogisticSums(
      Basis basis, List<Target> targets, Folds folds, double[][] points, boolean hessians) {
    this.basis = basis;
    this.targets = targets;
    this.folds = folds;
    this.points = points;
    this.hessians = hessians;
    this.weights = Weights.of(targets);
  }

  /** Gradients by fold at one set of points, and Hessians over all rows. */
  static SharedLogisticSums at(
      Basis basis, List<Target> targets, Folds folds, double[] points, boolean hessians) {
    return new SharedLogisticSums(basis, targets, folds, new double[][] {points}, hessians);
  }

  /** Gradients without each fold, at points of its own. */
  static SharedLogisticSums without(
      Basis basis, List<Target> targets, Folds folds, double[][] points) {
    return new SharedLogisticSums(basis, targets, folds, points, false);
  }

  /** The sum over some rows. */
  static final class Sum implements Mergeable<Sum> {
    private final CrossGram[] gradients;
    private final WeightedGrams[] hessians;

    /** Of each target the sum of its curvatures' squares, each by the row's weight. */
    private final double[] squares;

    private final FoldRows rows;
    private final Basis.Block block;
    private final double[] columns;
    private final CrossGram index;
    private final double[] residual;
    private final double[] curvature;
    private final int width;

    Sum(int width, int targets, Folds folds, boolean wanted) {
      this.width = width;
      gradients = new CrossGram[folds.count()];
      java.util.Arrays.setAll(gradients, k -> new CrossGram(width, targets));
      hessians = new WeightedGrams[wanted ? 1 : 0];
      java.util.Arrays.setAll(hessians, k -> new WeightedGrams(width, targets));
      squares = new double[wanted ? targets : 0];
      rows = new FoldRows(folds);
      block = Basis.Block.of(width);
      columns = new double[width * Basis.Block.ROWS];
      index = new CrossGram(Basis.Block.ROWS, targets);
      residual = new double[Basis.Block.ROWS * targets];
      curvature = new double[wanted ? residual.length : 0];
    }

    @Override
    public Sum merge(Sum other) {
      for (int k = 0; k < gradients.length; k++) {
        gradients[k].add(other.gradients[k]);
      }
      for (int h = 0; h < hessians.length; h++) {
        hessians[h].add(other.hessians[h]);
      }
      for (int t = 0; t < squares.length; t++) {
        squares[t] += other.squares[t];
      }
      return this;
    }

    /** The gradient of a target that belongs to a fold. */
    double[] gradient(int fold, int target) {
      double[] gradient = new double[width];
      java.util.Arrays.setAll(gradient, j -> gradients[fold].get(j, target));
      return gradient;
    }

    /** The gradient of a target over all folds, but for one, -1 for none. */
    double[] total(int excluded, int target) {
      double[] total = new double[width];
      for (int k = 0; k < gradients.length; k++) {
        for (int j = 0; k != excluded && j < width; j++) {
          total[j] += gradients[k].get(j, target);
        }
      }
      return total;
    }

    /** The Hessian of a target, without the penalty. */
    Gram hessian(int target) {
      return hessians[0].gram(target);
    }

    /** The sum of the squares of a target's curvatures. */
    double curvatureSquares(int target) {
      return squares[target];
    }
  }

  @Override
  public Sum zero() {
    return new Sum(basis.width(), targets.size(), folds, hessians);
  }

  @Override
  public void accumulate(Batch batch, Sum sum) {
    sum.rows.group(batch);
    double[] weight = weights.of(batch);
    for (int fold = 0; fold < folds.count(); fold++) {
      int end = sum.rows.start(fold + 1);
      for (int from = sum.rows.start(fold); from < end; from += Basis.Block.ROWS) {
        int to = Math.min(end, from + Basis.Block.ROWS);
        basis.fill(batch, sum.rows.rows(), from, to, sum.block);
        ResampledFits.transpose(sum.block, to - from, sum.width, sum.columns);
        for (int k = 0; k < points.length; k++) {
          if (points.length > 1 && k == fold) {
            continue;
          }
          residuals(batch, sum, from, to, points[k]);
          if (weight != null) {
            weigh(sum, from, to, weight);
          }
          int part = points.length > 1 ? k : fold;
          sum.gradients[part].add(sum.block.values(), sum.residual, to - from);
          if (hessians) {
            addSquares(sum, from, to, weight);
            sum.hessians[0].add(sum.block.values(), sum.width, sum.curvature, to - from);
          }
        }
      }
    }
  }

  /** Adds the squares of curvatures, which have been multiplied by the weights. */
  private void addSquares(Sum sum, int from, int to, double @Nullable [] weight) {
    int count = targets.size();
    for (int r = 0; r < to - from; r++) {
      double w = weight == null ? 1 : weight[sum.rows.rows()[from + r]];
      for (int t = 0; t < count && w > 0; t++) {
        double curvature = sum.curvature[r * count + t];
        sum.squares[t] += curvature * curvature / w;
      }
    }
  }

  private void residuals(Batch batch, Sum sum, int from, int to, double[] point) {
    int count = targets.size();
    sum.index.clear();
    sum.index.add(sum.columns, point, sum.width);
    double[] residual = sum.residual;
    for (int r = 0; r < to - from; r++) {
      for (int t = 0; t < count; t++) {
        residual[r * count + t] = 1 / (1 + Math.exp(-sum.index.get(r, t)));
      }
    }
    for (int at = 0; hessians && at < (to - from) * count; at++) {
      sum.curvature[at] = residual[at] * (1 - residual[at]);
    }
    int[] rows = sum.rows.rows();
    for (int t = 0; t < count; t++) {
      double[] y = batch.column(targets.get(t).column());
      for (int r = 0; r < to - from; r++) {
        residual[r * count + t] -= y[rows[from + r]];
      }
    }
  }

  private void weigh(Sum sum, int from, int to, double[] weight) {
    int count = targets.size();
    for (int r = 0; r < to - from; r++) {
      double w = weight[sum.rows.rows()[from + r]];
      for (int at = r * count; at < (r + 1) * count; at++) {
        sum.residual[at] *= w;
        if (hessians) {
          sum.curvature[at] *= w;
        }
      }
    }
  }

  @Override
  public Sum finish(Sum total) {
    return total;
  }
}
