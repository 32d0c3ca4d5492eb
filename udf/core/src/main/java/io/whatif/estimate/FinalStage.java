/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.inference.ClusterScatter;
import io.whatif.learn.FoldRows;
import io.whatif.learn.Folds;
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

  /** The residuals u of the outcome and v of the treatment at each row of a batch. */
  private static double[][] residuals(Batch batch, CrossFit nuisances) {
    double[] y = batch.column(Study.OUTCOME);
    double[] d = batch.column(Study.TREATMENT);
    int at = (int) batch.firstRow();
    double[][] residuals = new double[2][batch.rows()];
    for (int i = 0; i < batch.rows(); i++) {
      residuals[0][i] = y[i] - nuisances.outcome[at + i];
      residuals[1][i] = d[i] - nuisances.treatment[at + i];
    }
    return residuals;
  }

  private static final class Sums implements Mergeable<Sums> {
    final Gram[] byFold;
    final FoldRows grouped;
    final double[] block;
    long rows;

    Sums(Folds folds, int width) {
      byFold = new Gram[folds.count()];
      for (int k = 0; k < byFold.length; k++) {
        byFold[k] = new Gram(width);
      }
      grouped = new FoldRows(folds);
      block = new double[BLOCK * width];
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
      return new Sums(nuisances.folds, basis.width() + 1);
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      double[][] phi = basis.fill(batch);
      boolean[] complete = EffectBasis.complete(phi, batch.rows());
      double[][] residuals = residuals(batch, nuisances);
      sum.grouped.group(batch);
      int[] rows = sum.grouped.rows();
      for (int fold = 0; fold < sum.byFold.length; fold++) {
        int end = sum.grouped.start(fold + 1);
        for (int from = sum.grouped.start(fold); from < end; from += BLOCK) {
          int to = Math.min(end, from + BLOCK);
          int filled = fill(phi, residuals, complete, new Part(rows, from, to), sum.block);
          sum.byFold[fold].add(sum.block, filled);
          sum.rows += filled;
        }
      }
    }

    /** Places {@code rows[from..to-1]} of a batch. */
    private record Part(int[] rows, int from, int to) {}

    /** Writes [phi v, u] of the complete rows of a part, and tells how many there are. */
    private static int fill(
        double[][] phi, double[][] residuals, boolean[] complete, Part part, double[] block) {
      int p = phi.length;
      int filled = 0;
      for (int r = part.from(); r < part.to(); r++) {
        int i = part.rows()[r];
        if (complete[i]) {
          int to = filled * (p + 1);
          for (int t = 0; t < p; t++) {
            block[to + t] = phi[t][i] * residuals[1][i];
          }
          block[to + p] = residuals[0][i];
          filled++;
        }
      }
      return filled;
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
      double[][] residuals = residuals(batch, nuisances);
      int p = phi.length;
      double[] block = new double[BLOCK * p];
      double[] weight = new double[BLOCK];
      int filled = 0;
      for (int i = 0; i < batch.rows(); i++) {
        if (!complete[i]) {
          continue;
        }
        double v = residuals[1][i];
        double r = residuals[0][i] - v * effect(phi, i, stage.beta);
        sum.squares += r * r;
        int to = filled * p;
        for (int t = 0; t < p; t++) {
          block[to + t] = clusters != null ? phi[t][i] * v * r : phi[t][i] * v;
        }
        if (clusters != null && sum.clusters != null) {
          sum.clusters.add(clusters[(int) batch.firstRow() + i], block, to);
        } else {
          weight[filled] = weight(block, to, r);
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
