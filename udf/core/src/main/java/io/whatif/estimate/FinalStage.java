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

  /** How many rows these stand for. */
  final double count;

  private FinalStage(
      EffectBasis basis, double[] beta, PseudoInverse bread, double[][] withoutFold, Sums sums) {
    this.basis = basis;
    this.beta = beta;
    this.bread = bread;
    this.withoutFold = withoutFold;
    this.rows = sums.rows;
    this.count = sums.count;
  }

  static FinalStage of(Run run, Study study, CrossFit nuisances, EffectBasis basis) {
    Sums sums = study.data().scan(run, new GramPass(study, nuisances, basis));
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
    return new FinalStage(basis, bread.solve(all, p), bread, withoutFold, sums);
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
    double count;

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
      count += other.count;
      return this;
    }
  }

  private record GramPass(Study study, CrossFit nuisances, EffectBasis basis)
      implements Pass<Sums, Sums> {
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
      Study.Weighting weighting = study.weighting();
      for (int fold = 0; fold < sum.byFold.length; fold++) {
        int end = sum.grouped.start(fold + 1);
        for (int from = sum.grouped.start(fold); from < end; from += BLOCK) {
          int to = Math.min(end, from + BLOCK);
          int filled = fill(phi, residuals, complete, new Part(rows, from, to), sum.block);
          sum.rows += filled;
          if (weighting != null) {
            filled = weigh(weighting, batch, complete, new Part(rows, from, to), sum);
          } else {
            sum.count += filled;
          }
          sum.byFold[fold].add(sum.block, filled);
        }
      }
    }

    /**
     * Multiplies the rows that {@link #fill} wrote by the roots of their weights, leaves those of
     * weight 0 out, and tells how many are left.
     */
    private static int weigh(
        Study.Weighting weighting, Batch batch, boolean[] complete, Part part, Sums sum) {
      int width = sum.byFold[0].width();
      int at = 0;
      int kept = 0;
      for (int r = part.from(); r < part.to(); r++) {
        int i = part.rows()[r];
        if (!complete[i]) {
          continue;
        }
        int row = (int) batch.firstRow() + i;
        double root = Math.sqrt(weighting.products()[row]);
        for (int t = 0; t < width && root > 0; t++) {
          sum.block[kept * width + t] = root * sum.block[at * width + t];
        }
        kept += root > 0 ? 1 : 0;
        sum.count += root > 0 ? weighting.counts()[row] : 0;
        at++;
      }
      return kept;
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
    MeatPass pass = new MeatPass(study, this, nuisances, leveragePower(kind));
    MeatSums sums = study.data().scan(run, pass);
    double dof = count > basis.width() ? count / (count - basis.width()) : 1;
    if (sums.clusters != null) {
      Gram meat = sums.clusters.total();
      double c = sums.clusters.clusters();
      return new Covariance(scaled(bread.sandwich(meat), c > 1 ? c / (c - 1) : 1), "cluster");
    }
    return switch (kind) {
      case "nonrobust" -> new Covariance(scaled(bread.toArray(), dof * sums.squares / count), kind);
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

  private record MeatPass(Study study, FinalStage stage, CrossFit nuisances, int power)
      implements Pass<MeatSums, MeatSums> {
    @Override
    public MeatSums zero() {
      return new MeatSums(stage.basis.width(), study.units().clusters() != null);
    }

    @Override
    public void accumulate(Batch batch, MeatSums sum) {
      double[][] phi = stage.basis.fill(batch);
      boolean[] complete = EffectBasis.complete(phi, batch.rows());
      double[][] residuals = residuals(batch, nuisances);
      int[] clusters = study.units().clusters();
      int p = phi.length;
      double[] block = new double[BLOCK * p];
      double[] weight = new double[BLOCK];
      int filled = 0;
      for (int i = 0; i < batch.rows(); i++) {
        if (!complete[i]) {
          continue;
        }
        int row = (int) batch.firstRow() + i;
        double v = residuals[1][i];
        double r = residuals[0][i] - v * effect(phi, i, stage.beta);
        Counted counted = Counted.of(study, row);
        double squares = counted.weight() * (r * r + counted.variance());
        sum.squares += counted.count() * squares;
        double scale =
            clusters == null ? Math.sqrt(counted.weight()) : counted.count() * counted.weight() * r;
        int to = filled * p;
        for (int t = 0; t < p; t++) {
          block[to + t] = phi[t][i] * v * scale;
        }
        if (clusters != null && sum.clusters != null) {
          sum.clusters.add(clusters[row], block, to);
        } else {
          weight[filled] = counted.count() * weight(block, to, squares);
          filled++;
        }
        if (filled == BLOCK) {
          sum.meat.add(block, weight, filled);
          filled = 0;
        }
      }
      sum.meat.add(block, weight, filled);
    }

    private double weight(double[] z, int at, double squares) {
      if (power == 0) {
        return squares;
      }
      double left = Math.max(1e-6, 1 - stage.bread.form(z, at));
      return power == 1 ? squares / left : squares / (left * left);
    }

    /** The weight of a row, how many it stands for, and the outcome's variance among those. */
    private record Counted(double weight, double count, double variance) {
      private static final Counted ONCE = new Counted(1, 1, 0);

      static Counted of(Study study, int row) {
        Study.Weighting w = study.weighting();
        return w == null
            ? ONCE
            : new Counted(w.weights()[row], w.counts()[row], w.variances()[row]);
      }
    }

    @Override
    public MeatSums finish(MeatSums total) {
      return total;
    }
  }
}
