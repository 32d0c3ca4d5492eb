/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.learn.Basis;
import io.whatif.learn.Design;
import io.whatif.math.Gram;
import io.whatif.math.NormalEquations;
import java.util.Arrays;

/**
 * The effect on the treated by regression on the untreated within bins of the propensity: \( CI_i =
 * Y_i - x_i^\top \hat\beta_b \) for each treated row of bin b, \( \hat\beta_b \) least squares of
 * the outcome on the covariates among the bin's untreated rows; the mean over treated rows, which
 * is that of the bins' means weighted by their treated rows.
 *
 * <p>Bins hold equally many rows in the order of propensity, \( (e_{lower}, e_{upper}] \). A bin
 * whose untreated rows are too few for the regression, \( p + 2 \) for p columns, is joined to the
 * next one, the last to the one before. In a bin constant columns get coefficient 0 and collinear
 * ones those of least norm.
 *
 * <p>Cost: O(n log n), and a scan of O(p^2) a row. Memory: 16 bytes a row.
 */
final class PropensityBins {
  private final Run run;
  private final Study study;
  private final Design design;
  private final double[] shift;
  private final int asked;

  /**
   * Bins of a study.
   *
   * @param asked how many there are to be
   */
  PropensityBins(Run run, Study study, int asked) {
    this.run = run;
    this.study = study;
    this.design = new Design(study.covariates(), study.data().schema());
    this.shift = CovariateTable.shift(study, design);
    this.asked = asked;
  }

  /**
   * What came of one pass through the chain.
   *
   * @param effect the mean over the treated, NaN where no bin can be compared
   * @param bins how many bins there were
   */
  record Result(double effect, int bins) {}

  /**
   * The effect on the treated rows of a group.
   *
   * @param propensity of each row
   * @param counts how often each row counts, 0 for not at all
   * @param target whether a treated row belongs to the group
   */
  Result effect(double[] propensity, double[] counts, boolean[] target) {
    double[] upper = upperEnds(propensity, counts);
    Sums sums = study.data().scan(run, new SumsPass(this, propensity, counts, target, upper));
    int width = design.width();
    double treated = 0;
    double effects = 0;
    int bins = 0;
    Bin open = new Bin(width);
    Bin last = null;
    for (Bin bin : sums.bins) {
      open.merge(bin);
      if (open.untreated > width) {
        if (last != null) {
          treated += last.treated[0];
          effects += last.effect();
          bins++;
        }
        last = open;
        open = new Bin(width);
      }
    }
    if (last == null) {
      return new Result(Double.NaN, 0);
    }
    last.merge(open);
    treated += last.treated[0];
    effects += last.effect();
    return new Result(treated > 0 ? effects / treated : Double.NaN, bins + 1);
  }

  /** The largest propensity of each bin but the last. */
  private double[] upperEnds(double[] propensity, double[] counts) {
    int n = propensity.length;
    long[] order = new long[n];
    double total = 0;
    for (int i = 0; i < n; i++) {
      // as much of the propensity as fits above the row's number
      double kept = Math.min(1, Math.max(0, propensity[i]));
      order[i] = ((long) (kept * Integer.MAX_VALUE) << 32) | i;
      total += counts[i];
    }
    Arrays.parallelSort(order);
    double[] upper = new double[asked - 1];
    double sum = 0;
    int bin = 0;
    for (int k = 0; k < n && bin < upper.length; k++) {
      int row = (int) order[k];
      sum += counts[row];
      while (bin < upper.length && sum >= total * (bin + 1) / asked) {
        upper[bin++] = propensity[row];
      }
    }
    return upper;
  }

  private static int binOf(double[] upper, double propensity) {
    int bin = 0;
    while (bin < upper.length && propensity > upper[bin]) {
      bin++;
    }
    return bin;
  }

  /** What is summed over the rows of a bin. */
  private static final class Bin {
    /** Of [covariates, outcome] over untreated rows. */
    private final Gram gram;

    /** The sums of [covariates, outcome] over treated rows of the group. */
    private final double[] treated;

    /** Untreated rows. */
    private long untreated;

    Bin(int width) {
      gram = new Gram(width + 1);
      treated = new double[width + 1];
    }

    void merge(Bin other) {
      gram.add(other.gram);
      untreated += other.untreated;
      for (int j = 0; j < treated.length; j++) {
        treated[j] += other.treated[j];
      }
    }

    /** The sum of the effects on its treated rows. */
    double effect() {
      int width = treated.length - 1;
      double[] right = new double[width];
      Arrays.setAll(right, j -> gram.get(j, width));
      double[] beta = NormalEquations.of(gram, width, new double[width]).solve(right);
      double effect = treated[width];
      for (int j = 0; j < width; j++) {
        effect -= treated[j] * beta[j];
      }
      return effect;
    }
  }

  private static final class Sums implements Mergeable<Sums> {
    private final Bin[] bins;

    Sums(int count, int width) {
      bins = new Bin[count];
      Arrays.setAll(bins, b -> new Bin(width));
    }

    @Override
    public Sums merge(Sums other) {
      for (int b = 0; b < bins.length; b++) {
        bins[b].merge(other.bins[b]);
      }
      return this;
    }
  }

  private record SumsPass(
      PropensityBins bins, double[] propensity, double[] counts, boolean[] target, double[] upper)
      implements Pass<Sums, Sums> {
    @Override
    public Sums zero() {
      return new Sums(upper.length + 1, bins.design.width());
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      int width = bins.design.width();
      int stride = width + 1;
      int[] rows = new int[batch.rows()];
      Arrays.setAll(rows, i -> i);
      double[] block = new double[rows.length * stride];
      bins.design.fill(batch, rows, 0, rows.length, new Basis.Block(block, stride));
      double[] y = batch.column(Study.OUTCOME);
      double[] d = batch.column(Study.TREATMENT);
      double[] one = new double[stride];
      double[] weight = new double[1];
      for (int i = 0; i < rows.length; i++) {
        int row = (int) batch.firstRow() + i;
        weight[0] = counts[row] * bins.study.weight(row);
        if (weight[0] == 0) {
          continue;
        }
        block[i * stride + width] = y[i];
        for (int j = 0; j < stride; j++) {
          one[j] = block[i * stride + j] - (j == width ? bins.shift[width + 1] : bins.shift[j]);
        }
        Bin bin = sum.bins[binOf(upper, propensity[row])];
        if (d[i] == 0) {
          bin.gram.add(one, weight, 1);
          bin.untreated++;
        } else if (target[row]) {
          for (int j = 0; j < stride; j++) {
            bin.treated[j] += weight[0] * one[j];
          }
        }
      }
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }
}
