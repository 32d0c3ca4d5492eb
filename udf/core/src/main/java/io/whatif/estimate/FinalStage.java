/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.inference.ClusterScatter;
import io.whatif.math.Gram;
import io.whatif.math.PseudoInverse;
import org.jspecify.annotations.Nullable;

/**
 * The residual regression \( \tilde Y = (\phi(X) \tilde D)^\top \beta + \epsilon \) without a
 * further intercept, solved from one Gram matrix for each fold.
 *
 * <p>\( \tilde Y = Y - \hat m \), \( \tilde D = D - \hat e \). Rows with a NULL term are left out.
 * Cost: one scan, O(p^2) a row.
 */
final class FinalStage {
  private static final int BLOCK = 256;

  final EffectBasis basis;
  final double[] beta;

  /** \( (Z^\top Z)^+ \) of the regressors \( Z = \phi \tilde D \). */
  final PseudoInverse bread;

  /** The coefficients fitted without each fold. */
  final double[][] withoutFold;

  /** Rows that have all terms. */
  final long rows;

  private FinalStage(
      EffectBasis basis, double[] beta, PseudoInverse bread, double[][] withoutFold, long rows) {
    this.basis = basis;
    this.beta = beta;
    this.bread = bread;
    this.withoutFold = withoutFold;
    this.rows = rows;
  }

  static FinalStage of(Run run, Study study, CrossFit nuisances, EffectBasis basis) {
    Sums sums = study.data().scan(run, new GramPass(nuisances, basis));
    int p = basis.width();
    Gram all = new Gram(p + 1);
    for (Gram fold : sums.byFold) {
      all.add(fold);
    }
    PseudoInverse bread = PseudoInverse.of(all, p);
    double[][] withoutFold = new double[sums.byFold.length][];
    for (int k = 0; k < withoutFold.length; k++) {
      Gram others = new Gram(p + 1);
      for (int j = 0; j < withoutFold.length; j++) {
        if (j != k) {
          others.add(sums.byFold[j]);
        }
      }
      withoutFold[k] = PseudoInverse.of(others, p).solve(others, p);
    }
    return new FinalStage(basis, bread.solve(all, p), bread, withoutFold, sums.rows);
  }

  /** The effect at a row of basis values by the given coefficients. */
  static double effect(double[][] phi, int row, double[] beta) {
    double sum = 0;
    for (int t = 0; t < beta.length; t++) {
      sum += phi[t][row] * beta[t];
    }
    return sum;
  }

  private static final class Sums implements Mergeable<Sums> {
    final Gram[] byFold;
    long rows;

    Sums(int folds, int width) {
      byFold = new Gram[folds];
      for (int k = 0; k < folds; k++) {
        byFold[k] = new Gram(width);
      }
    }

    @Override
    public Sums merge(Sums other) {
      for (int k = 0; k < byFold.length; k++) {
        byFold[k].add(other.byFold[k]);
      }
      rows += other.rows;
      return this;
    }
  }

  private record GramPass(CrossFit nuisances, EffectBasis basis) implements Pass<Sums, Sums> {
    @Override
    public Sums zero() {
      return new Sums(nuisances.folds.count(), basis.width() + 1);
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      double[][] phi = basis.fill(batch);
      boolean[] complete = EffectBasis.complete(phi, batch.rows());
      double[] y = batch.column(Study.OUTCOME);
      double[] d = batch.column(Study.TREATMENT);
      int at = (int) batch.firstRow();
      int p = phi.length;
      double[] block = new double[BLOCK * (p + 1)];
      for (int fold = 0; fold < sum.byFold.length; fold++) {
        int filled = 0;
        for (int i = 0; i < batch.rows(); i++) {
          if (!complete[i] || nuisances.folds.of(at + (long) i) != fold) {
            continue;
          }
          double v = d[i] - nuisances.treatment[at + i];
          int to = filled * (p + 1);
          for (int t = 0; t < p; t++) {
            block[to + t] = phi[t][i] * v;
          }
          block[to + p] = y[i] - nuisances.outcome[at + i];
          filled++;
          sum.rows++;
          if (filled == BLOCK) {
            sum.byFold[fold].add(block, filled);
            filled = 0;
          }
        }
        sum.byFold[fold].add(block, filled);
      }
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }

  /** The covariance of the coefficients, row by row, and what it is called. */
  record Covariance(double[] matrix, String name) {}

  /**
   * The sandwich \( A^+ M A^+ \) with the meat of {@code kind}, or of clusters if the study has
   * repeated ids: nonrobust \( \frac{N}{N-p} \frac{\sum r^2}{N} A^+ \); HC0 \( \sum r^2 z z^\top
   * \); HC1 times \( N/(N-p) \); HC2 and HC3 with \( r^2/(1-h) \) and \( r^2/(1-h)^2 \), \( h =
   * z^\top A^+ z \); clusters \( \frac{C}{C-1} \sum_c (\sum z r)(\sum z r)^\top \). One scan.
   */
  Covariance covariance(Run run, Study study, CrossFit nuisances, String kind) {
    int[] clusters = study.units().clusters();
    MeatPass pass = new MeatPass(this, nuisances, leveragePower(kind), clusters);
    MeatSums sums = study.data().scan(run, pass);
    double dof = rows > basis.width() ? (double) rows / (rows - basis.width()) : 1;
    if (sums.clusters != null) {
      Gram meat = sums.clusters.total();
      double c = sums.clusters.clusters();
      return new Covariance(scaled(bread.sandwich(meat), c > 1 ? c / (c - 1) : 1), "cluster");
    }
    return switch (kind) {
      case "nonrobust" -> new Covariance(scaled(bread.toArray(), dof * sums.squares / rows), kind);
      case "HC1" -> new Covariance(scaled(bread.sandwich(sums.meat), dof), kind);
      default -> new Covariance(bread.sandwich(sums.meat), kind);
    };
  }

  /** The power of 1 - h that divides squared residuals. */
  private static int leveragePower(String kind) {
    return switch (kind) {
      case "HC2" -> 1;
      case "HC3" -> 2;
      default -> 0;
    };
  }

  private static double[] scaled(double[] matrix, double factor) {
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] *= factor;
    }
    return matrix;
  }

  private static final class MeatSums implements Mergeable<MeatSums> {
    final Gram meat;
    final @Nullable ClusterScatter clusters;
    double squares;

    MeatSums(int width, boolean clustered) {
      meat = new Gram(width);
      clusters = clustered ? new ClusterScatter(width) : null;
    }

    @Override
    public MeatSums merge(MeatSums other) {
      meat.add(other.meat);
      squares += other.squares;
      if (clusters != null && other.clusters != null) {
        clusters.merge(other.clusters);
      }
      return this;
    }
  }

  private record MeatPass(
      FinalStage stage, CrossFit nuisances, int power, int @Nullable [] clusters)
      implements Pass<MeatSums, MeatSums> {
    @Override
    public MeatSums zero() {
      return new MeatSums(stage.basis.width(), clusters != null);
    }

    @Override
    public void accumulate(Batch batch, MeatSums sum) {
      double[][] phi = stage.basis.fill(batch);
      boolean[] complete = EffectBasis.complete(phi, batch.rows());
      double[] y = batch.column(Study.OUTCOME);
      double[] d = batch.column(Study.TREATMENT);
      int at = (int) batch.firstRow();
      int p = phi.length;
      double[] block = new double[BLOCK * p];
      double[] weight = new double[BLOCK];
      int filled = 0;
      for (int i = 0; i < batch.rows(); i++) {
        if (!complete[i]) {
          continue;
        }
        double v = d[i] - nuisances.treatment[at + i];
        double r = y[i] - nuisances.outcome[at + i] - v * effect(phi, i, stage.beta);
        int to = filled * p;
        for (int t = 0; t < p; t++) {
          block[to + t] = phi[t][i] * v;
        }
        sum.squares += r * r;
        weight[filled] = weight(block, to, r);
        if (sum.clusters != null && clusters != null) {
          for (int t = 0; t < p; t++) {
            block[to + t] *= r;
          }
          sum.clusters.add(clusters[at + i], block, to);
        } else {
          filled++;
        }
        if (filled == BLOCK) {
          sum.meat.add(block, weight, filled);
          filled = 0;
        }
      }
      sum.meat.add(block, weight, filled);
    }

    private double weight(double[] z, int at, double r) {
      if (power == 0) {
        return r * r;
      }
      double left = Math.max(1e-6, 1 - stage.bread.form(z, at));
      return power == 1 ? r * r / left : r * r / (left * left);
    }

    @Override
    public MeatSums finish(MeatSums total) {
      return total;
    }
  }
}
