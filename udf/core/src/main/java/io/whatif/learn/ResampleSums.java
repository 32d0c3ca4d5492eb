/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.inference.BootstrapWeights;
import io.whatif.math.CrossGram;
import io.whatif.math.Gram;
import io.whatif.math.WeightedGrams;
import java.util.List;

/**
 * What refits to resamples need of each fold's rows, for all resamples at once: Gram matrices of
 * the basis and the targets of least squares, and gradients and Hessians of logistic targets. A row
 * counts by its own weight times how often it stands in the resample.
 */
final class ResampleSums {
  private final Standardization basis;
  private final List<ResampledLearners.Asked> asked;
  private final Moments.Summary moments;
  private final Folds folds;
  private final BootstrapWeights.Draws draws;
  private final Weights weights;

  ResampleSums(
      Standardization basis,
      List<ResampledLearners.Asked> asked,
      Moments.Summary moments,
      Folds folds,
      BootstrapWeights.Draws draws) {
    this.basis = basis;
    this.asked = asked;
    this.moments = moments;
    this.folds = folds;
    this.draws = draws;
    this.weights = Weights.of(asked.stream().map(ResampledLearners.Asked::target).toList());
  }

  /** Doubles that the sums of one draw take. */
  static long size(int width, List<ResampledLearners.Asked> asked, int folds, boolean hessians) {
    int values = place(asked, asked.size());
    long each = values == 0 ? 0 : (width + values) * (width + values + 1L) / 2;
    each += (asked.size() - values) * (width + (hessians ? width * (width + 1L) / 2 : 0));
    return each * folds;
  }

  /** How many targets of least squares stand before a target. */
  static int place(List<ResampledLearners.Asked> asked, int target) {
    return (int) asked.stream().limit(target).filter(a -> !a.logistic()).count();
  }

  /**
   * The sums of all resamples, logistic targets at the points given.
   *
   * @param ownHessians whether each draw has Hessians of its own; else there is one, of the sample
   */
  Pass<Sum, Sum> from(List<double[]> points, boolean ownHessians) {
    return new AllTargets(this, points, ownHessians);
  }

  /**
   * The gradients of a logistic target at a point for each draw and fold left out.
   *
   * @param coefficients for each fold left out, by column and in each by draw
   */
  Pass<Gradients, Gradients> gradients(int target, double[][] coefficients) {
    return new AtPoints(this, target, coefficients);
  }

  /** The block of rows a thread has in hand. */
  private final class Hand {
    final FoldRows rows = new FoldRows(folds);
    final Basis.Block block;
    final double[] counts = new double[Basis.Block.ROWS * draws.count()];
    final double[] own = new double[Basis.Block.ROWS];

    Hand(int stride) {
      block = Basis.Block.of(stride);
    }

    void take(Batch batch, int from, int to) {
      basis.fill(batch, rows.rows(), from, to, block);
      draws.fill(batch.firstRow(), rows.rows(), from, to, counts);
      double[] given = weights.of(batch);
      for (int r = from; r < to; r++) {
        own[r - from] = given == null ? 1 : given[rows.rows()[r]];
        if (given != null) {
          scale(counts, (r - from) * draws.count(), own[r - from], counts);
        }
      }
    }

    /** Writes the counts of a row times a factor. */
    void scale(double[] counts, int at, double factor, double[] into) {
      for (int b = 0; b < draws.count(); b++) {
        into[at + b] = counts[at + b] * factor;
      }
    }
  }

  /** Sums over some rows, of each fold. */
  static final class Sum implements Mergeable<Sum> {
    private final Hand hand;
    private final WeightedGrams[] values;
    private final WeightedGrams[][] hessians;
    private final CrossGram[][] gradients;
    private final double[] scaled;
    private final int width;
    private final int drawn;

    Sum(ResampleSums of, boolean ownHessians) {
      int folds = of.folds.count();
      int targets = of.asked.size();
      int least = place(of.asked, targets);
      drawn = of.draws.count();
      width = of.basis.width();
      hand = of.new Hand(width + least);
      values = new WeightedGrams[least == 0 ? 0 : folds];
      java.util.Arrays.setAll(values, k -> new WeightedGrams(width + least, drawn));
      hessians = new WeightedGrams[targets][];
      gradients = new CrossGram[targets][];
      for (int t = 0; t < targets; t++) {
        boolean logistic = of.asked.get(t).logistic();
        hessians[t] = new WeightedGrams[logistic ? folds : 0];
        gradients[t] = new CrossGram[logistic ? folds : 0];
        java.util.Arrays.setAll(
            hessians[t], k -> new WeightedGrams(width, ownHessians ? drawn : 1));
        java.util.Arrays.setAll(gradients[t], k -> new CrossGram(width, drawn));
      }
      scaled = new double[hand.counts.length];
    }

    @Override
    public Sum merge(Sum other) {
      for (int k = 0; k < values.length; k++) {
        values[k].add(other.values[k]);
      }
      for (int t = 0; t < hessians.length; t++) {
        for (int k = 0; k < hessians[t].length; k++) {
          hessians[t][k].add(other.hessians[t][k]);
          gradients[t][k].add(other.gradients[t][k]);
        }
      }
      return this;
    }

    /** The Gram matrix of a draw over one fold, basis first, then targets. */
    Gram values(int fold, int draw) {
      return values[fold].gram(draw);
    }

    /** The Gram matrix of a draw over every fold but one, basis first, then targets. */
    Gram valuesWithout(int excluded, int draw) {
      return without(values, excluded, draw);
    }

    /** The Hessian of a logistic target in a draw over every fold but one. */
    Gram hessianWithout(int target, int excluded, int draw) {
      return without(hessians[target], excluded, draw);
    }

    private static Gram without(WeightedGrams[] byFold, int excluded, int draw) {
      Gram sum = new Gram(byFold[0].width());
      for (int k = 0; k < byFold.length; k++) {
        if (k != excluded) {
          byFold[k].addTo(sum, draw);
        }
      }
      return sum;
    }

    /** The gradient of a logistic target in a draw over every fold but one. */
    double[] gradientWithout(int target, int excluded, int draw) {
      double[] sum = new double[width];
      for (int k = 0; k < gradients[target].length; k++) {
        for (int j = 0; k != excluded && j < width; j++) {
          sum[j] += gradients[target][k].get(j, draw);
        }
      }
      return sum;
    }
  }

  /** One scan for every target. */
  private record AllTargets(ResampleSums of, List<double[]> points, boolean ownHessians)
      implements Pass<Sum, Sum> {
    @Override
    public Sum zero() {
      return new Sum(of, ownHessians);
    }

    @Override
    public void accumulate(Batch batch, Sum sum) {
      Hand hand = sum.hand;
      hand.rows.group(batch);
      hand.rows.forEachBlock(
          (from, to, fold) -> {
            hand.take(batch, from, to);
            addLeastSquares(batch, sum, fold, new Part(from, to));
            for (int t = 0; t < points.size(); t++) {
              if (of.asked.get(t).logistic()) {
                addLogistic(batch, sum, fold, new Part(from, to), t);
              }
            }
          });
    }

    private record Part(int from, int to) {}

    private void addLeastSquares(Batch batch, Sum sum, int fold, Part part) {
      if (sum.values.length == 0) {
        return;
      }
      double[] x = sum.hand.block.values();
      int stride = sum.hand.block.stride();
      int column = sum.width;
      for (int t = 0; t < points.size(); t++) {
        if (of.asked.get(t).logistic()) {
          continue;
        }
        double[] target = batch.column(of.asked.get(t).target().column());
        double shift = of.moments.mean(sum.width + t);
        double scale = 1 / of.moments.scale(sum.width + t);
        for (int r = part.from(); r < part.to(); r++) {
          x[(r - part.from()) * stride + column] =
              (target[sum.hand.rows.rows()[r]] - shift) * scale;
        }
        column++;
      }
      sum.values[fold].add(x, stride, sum.hand.counts, part.to() - part.from());
    }

    private void addLogistic(Batch batch, Sum sum, int fold, Part part, int target) {
      Hand hand = sum.hand;
      double[] x = hand.block.values();
      double[] y = batch.column(of.asked.get(target).target().column());
      double[] point = points.get(target);
      int rows = part.to() - part.from();
      double[] residual = new double[rows];
      for (int r = 0; r < rows; r++) {
        double f = 0;
        for (int j = 0; j < sum.width; j++) {
          f += point[j] * x[r * hand.block.stride() + j];
        }
        double p = 1 / (1 + Math.exp(-f));
        residual[r] = p - y[hand.rows.rows()[part.from() + r]];
        if (ownHessians) {
          hand.scale(hand.counts, r * sum.drawn, p * (1 - p), sum.scaled);
        } else {
          sum.scaled[r] = p * (1 - p) * hand.own[r];
        }
      }
      sum.hessians[target][fold].add(x, hand.block.stride(), sum.scaled, rows);
      double[] weighted = new double[rows * sum.width];
      for (int r = 0; r < rows; r++) {
        for (int j = 0; j < sum.width; j++) {
          weighted[r * sum.width + j] = residual[r] * x[r * hand.block.stride() + j];
        }
      }
      sum.gradients[target][fold].add(weighted, hand.counts, rows);
    }

    @Override
    public Sum finish(Sum total) {
      return total;
    }
  }

  /** Gradients for each fold left out. */
  static final class Gradients implements Mergeable<Gradients> {
    private final Hand hand;
    private final CrossGram[] leftOut;
    private final CrossGram index;
    private final double[] columns;
    private final double[] residual;

    Gradients(ResampleSums of) {
      int width = of.basis.width();
      hand = of.new Hand(width);
      leftOut = new CrossGram[of.folds.count()];
      java.util.Arrays.setAll(leftOut, k -> new CrossGram(width, of.draws.count()));
      index = new CrossGram(Basis.Block.ROWS, of.draws.count());
      columns = new double[width * Basis.Block.ROWS];
      residual = new double[hand.counts.length];
    }

    @Override
    public Gradients merge(Gradients other) {
      for (int k = 0; k < leftOut.length; k++) {
        leftOut[k].add(other.leftOut[k]);
      }
      return this;
    }

    double[] of(int excluded, int draw) {
      double[] gradient = new double[leftOut[excluded].left()];
      java.util.Arrays.setAll(gradient, j -> leftOut[excluded].get(j, draw));
      return gradient;
    }
  }

  /** One scan for the gradients at many points. */
  private record AtPoints(ResampleSums of, int target, double[][] coefficients)
      implements Pass<Gradients, Gradients> {
    @Override
    public Gradients zero() {
      return new Gradients(of);
    }

    @Override
    public void accumulate(Batch batch, Gradients sum) {
      Hand hand = sum.hand;
      hand.rows.group(batch);
      hand.rows.forEachBlock(
          (from, to, fold) -> {
            hand.take(batch, from, to);
            for (int k = 0; k < coefficients.length; k++) {
              if (k != fold) {
                add(batch, sum, from, to, k);
              }
            }
          });
    }

    private void add(Batch batch, Gradients sum, int from, int to, int excluded) {
      double[] y = batch.column(of.asked.get(target).target().column());
      int rows = to - from;
      int draws = of.draws.count();
      ResampledFits.transpose(sum.hand.block, rows, of.basis.width(), sum.columns);
      sum.index.clear();
      sum.index.add(sum.columns, coefficients[excluded], of.basis.width());
      for (int r = 0; r < rows; r++) {
        double observed = y[sum.hand.rows.rows()[from + r]];
        for (int b = 0; b < draws; b++) {
          double p = 1 / (1 + Math.exp(-sum.index.get(r, b)));
          sum.residual[r * draws + b] = (p - observed) * sum.hand.counts[r * draws + b];
        }
      }
      sum.leftOut[excluded].add(sum.hand.block.values(), sum.residual, rows);
    }

    @Override
    public Gradients finish(Gradients total) {
      return total;
    }
  }
}
