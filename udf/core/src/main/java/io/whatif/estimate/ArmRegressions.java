/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.learn.Basis;
import io.whatif.learn.Covariate;
import io.whatif.learn.Design;
import io.whatif.math.Gram;
import io.whatif.math.NormalEquations;
import java.util.Arrays;

/**
 * Least squares of the outcome on the covariates in each arm of a treatment, and how far each row
 * pulls what is linear in their coefficients. Covariates and outcome are taken about their means,
 * so that sums of squares keep digits.
 *
 * <p>Collinear columns get coefficients of least norm, columns that are constant in an arm 0. Cost:
 * two scans, O(p^2) a row. Memory: 8 bytes a row and arm, and 16 more.
 */
final class ArmRegressions {
  private final Study study;
  private final double[] treatment;
  private final Design design;

  /** What is taken off each column, the outcome's behind them. */
  private final double[] shift;

  private final NormalEquations[] equations;

  /** By arm, the predicted outcome of each row. */
  final double[][] predicted;

  /** The residual of each row in its own arm, over 1 less its leverage. */
  private final double[] residual;

  /** 1 over 1 less the leverage; 1 where errors go by clusters. */
  private final double[] stretch;

  ArmRegressions(Run run, Study study) {
    this.study = study;
    this.treatment = study.column(run, Study.TREATMENT);
    this.design = new Design(study.covariates(), study.data().schema());
    this.shift = means(study, design);
    int n = treatment.length;
    int arms = study.treatment().arms().size();
    this.equations = new NormalEquations[arms];
    this.predicted = new double[arms][n];
    this.residual = new double[n];
    this.stretch = new double[n];
    int width = design.width();
    Gram[] grams = study.data().scan(run, new ArmGrams(arms)).grams;
    double[][] beta = new double[arms][];
    for (int arm = 0; arm < arms; arm++) {
      equations[arm] = NormalEquations.of(grams[arm], width, new double[width]);
      double[] right = new double[width];
      for (int j = 0; j < width; j++) {
        right[j] = grams[arm].get(width, j);
      }
      beta[arm] = equations[arm].solve(right);
    }
    eachRow(run, (row, x, y) -> fit(row, x, y, beta));
  }

  static long rowBytes(int arms) {
    return 8L * (arms + 3);
  }

  double[] treatment() {
    return treatment;
  }

  private static double[] means(Study study, Design design) {
    double[] means = new double[design.width() + 1];
    for (int c = 1; c < design.width(); c++) {
      Covariate covariate = study.covariates().columns().get(design.source(c));
      boolean number = covariate.levels() == 0 && design.source(c - 1) != design.source(c);
      double mean = study.profile().mean(covariate.column());
      means[c] = number && !Double.isNaN(mean) ? mean : 0;
    }
    means[design.width()] = study.profile().mean(Study.OUTCOME);
    return means;
  }

  private void fit(int row, double[] x, double y, double[][] beta) {
    int own = (int) treatment[row];
    for (int arm = 0; arm < beta.length; arm++) {
      predicted[arm][row] = shift[x.length] + times(x, beta[arm]);
    }
    double weight = study.weighting() == null ? 1 : study.weighting().weights()[row];
    boolean alone = study.units().clusters() == null;
    double leverage = alone ? weight * times(x, equations[own].solve(x)) : 0;
    stretch[row] = 1 / Math.max(1e-6, 1 - leverage);
    residual[row] = (y - times(x, beta[own])) * stretch[row];
  }

  private static double times(double[] x, double[] b) {
    double sum = 0;
    for (int j = 0; j < x.length; j++) {
      sum += x[j] * b[j];
    }
    return sum;
  }

  /** The covariates' mean over rows of these weights. One scan. */
  double[] mean(Run run, double[] weights) {
    double[] mean = study.data().scan(run, new WeightedSum(weights)).sums;
    double total = mean[0];
    for (int j = 0; j < mean.length; j++) {
      mean[j] /= total;
    }
    return mean;
  }

  /**
   * Adds each row's pull on \( \bar x^\top (\beta_k - \beta_0) \) for a weight of 1, and how far
   * that moves with its outcome. One scan.
   */
  void addPull(Run run, int arm, double[] mean, double[] pull, double[] slope) {
    double[] ofArm = equations[arm].solve(mean);
    double[] ofControl = equations[0].solve(mean);
    eachRow(
        run,
        (row, x, y) -> {
          double along =
              treatment[row] == arm
                  ? times(x, ofArm)
                  : treatment[row] == 0 ? -times(x, ofControl) : 0;
          pull[row] += along * residual[row];
          slope[row] = along * stretch[row];
        });
  }

  /** What to do with a row: its covariates and outcome about their means. */
  private interface EachRow {
    void take(int row, double[] x, double y);
  }

  /** Rows are taken by several threads. One scan. */
  private void eachRow(Run run, EachRow each) {
    int width = design.width();
    study
        .data()
        .forEachBatch(
            run,
            batch -> {
              double[] block = fill(batch, 0, batch.rows());
              double[] x = new double[width];
              for (int r = 0; r < batch.rows(); r++) {
                int at = r * (width + 1);
                System.arraycopy(block, at, x, 0, width);
                each.take((int) batch.firstRow() + r, x, block[at + width]);
              }
            });
  }

  /** Rows of a batch, row-major, covariates and then the outcome. */
  private double[] fill(Batch batch, int from, int to) {
    int stride = design.width() + 1;
    int[] places = new int[batch.rows()];
    Arrays.setAll(places, i -> i);
    double[] block = new double[(to - from) * stride];
    design.fill(batch, places, from, to, new Basis.Block(block, stride));
    double[] y = batch.column(Study.OUTCOME);
    for (int r = 0; r < to - from; r++) {
      block[r * stride + stride - 1] = y[from + r];
      for (int j = 0; j < stride; j++) {
        block[r * stride + j] -= shift[j];
      }
    }
    return block;
  }

  private final class ArmGrams implements Pass<Grams, Grams> {
    private final int arms;

    ArmGrams(int arms) {
      this.arms = arms;
    }

    @Override
    public Grams zero() {
      return new Grams(arms, design.width() + 1);
    }

    @Override
    public void accumulate(Batch batch, Grams sum) {
      double[] weight = new double[Basis.Block.ROWS];
      for (int from = 0; from < batch.rows(); from += weight.length) {
        int to = Math.min(batch.rows(), from + weight.length);
        double[] block = fill(batch, from, to);
        for (int arm = 0; arm < arms; arm++) {
          for (int r = from; r < to; r++) {
            int row = (int) batch.firstRow() + r;
            weight[r - from] = treatment[row] == arm ? study.weight(row) : 0;
          }
          sum.grams[arm].add(block, weight, to - from);
        }
      }
    }

    @Override
    public Grams finish(Grams total) {
      return total;
    }
  }

  private static final class Grams implements Mergeable<Grams> {
    private final Gram[] grams;

    Grams(int arms, int width) {
      grams = new Gram[arms];
      Arrays.setAll(grams, arm -> new Gram(width));
    }

    @Override
    public Grams merge(Grams other) {
      for (int arm = 0; arm < grams.length; arm++) {
        grams[arm].add(other.grams[arm]);
      }
      return this;
    }
  }

  private final class WeightedSum implements Pass<Sums, Sums> {
    private final double[] weights;

    WeightedSum(double[] weights) {
      this.weights = weights;
    }

    @Override
    public Sums zero() {
      return new Sums(design.width());
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      double[] block = fill(batch, 0, batch.rows());
      int stride = design.width() + 1;
      for (int r = 0; r < batch.rows(); r++) {
        double w = weights[(int) batch.firstRow() + r];
        for (int j = 0; j < sum.sums.length; j++) {
          sum.sums[j] += w * block[r * stride + j];
        }
      }
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }

  private static final class Sums implements Mergeable<Sums> {
    private final double[] sums;

    Sums(int width) {
      sums = new double[width];
    }

    @Override
    public Sums merge(Sums other) {
      for (int j = 0; j < sums.length; j++) {
        sums[j] += other.sums[j];
      }
      return this;
    }
  }
}
