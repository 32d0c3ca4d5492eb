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
 * Weighted least squares of a target y on regressors z over the rows of a study, \( \hat\beta = A
 * \sum_i n_i w_i \omega_i z_i y_i \) with \( A = (\sum_i n_i w_i \omega_i z_i z_i^\top)^+ \), and
 * sandwich covariances of it. \( \omega \) are weights of the regression, w and n those of the
 * study ({@link Study.Weighting}), 1 unless given.
 *
 * <p>Edge cases: collinear regressors get the coefficients of least norm, in units of each column's
 * own scale. Rows of weight 0 count nowhere.
 *
 * <p>Cost: one scan of O(p^2) a row for the coefficients, one for each covariance.
 */
final class LeastSquares {
  /** The rows of a regression: which of a batch count, and what they hold. Thread-safe. */
  interface Rows {
    /** How many regressors there are. */
    int width();

    /** Writes the rows of a batch that count, and tells how many they are. */
    int fill(Batch batch, Block into);
  }

  /**
   * Room for the rows of a batch that count.
   *
   * @param values regressors and then the target, row-major
   * @param weights \( \omega \) of each row
   * @param places of each row in the batch
   */
  record Block(double[] values, double[] weights, int[] places) {
    static Block of(int width, int rows) {
      return new Block(new double[rows * (width + 1)], new double[rows], new int[rows]);
    }
  }

  /**
   * The covariance of the coefficients.
   *
   * @param matrix row by row
   * @param name what it is called
   */
  record Covariance(double[] matrix, String name) {}

  private final Study study;
  private final Rows regressors;
  final double[] beta;
  final PseudoInverse bread;

  /** Rows that count. */
  final long rows;

  /** How many rows these stand for. */
  final double count;

  /** The sum of the target's squares about its mean, weighted. */
  private final double total;

  private LeastSquares(Study study, Rows regressors, Sums sums) {
    int p = regressors.width();
    this.study = study;
    this.regressors = regressors;
    this.bread = PseudoInverse.of(sums.gram, p);
    this.beta = bread.solve(sums.gram, p);
    this.rows = sums.rows;
    this.count = sums.count;
    this.total = sums.gram.get(p, p) - (rows == 0 ? 0 : sums.target * sums.target / sums.weights);
  }

  static LeastSquares of(Run run, Study study, Rows regressors) {
    return new LeastSquares(
        study, regressors, study.data().scan(run, new SumsPass(study, regressors)));
  }

  /** The name of the covariance: as asked for, else HC3, or HC1 where rows are many. */
  static String covariance(@Nullable String asked, long rows, int width) {
    return asked != null ? asked : rows > 1000L * width ? "HC1" : "HC3";
  }

  private static final class Sums implements Mergeable<Sums> {
    final Gram gram;
    long rows;
    double count;
    double weights;
    double target;

    Sums(int width) {
      gram = new Gram(width + 1);
    }

    @Override
    public Sums merge(Sums other) {
      gram.add(other.gram);
      rows += other.rows;
      count += other.count;
      weights += other.weights;
      target += other.target;
      return this;
    }
  }

  private record SumsPass(Study study, Rows regressors) implements Pass<Sums, Sums> {
    @Override
    public Sums zero() {
      return new Sums(regressors.width());
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      int p = regressors.width();
      Block block = Block.of(p, batch.rows());
      int filled = regressors.fill(batch, block);
      for (int i = 0; i < filled; i++) {
        int row = (int) batch.firstRow() + block.places()[i];
        double weight = study.weight(row) * block.weights()[i];
        block.weights()[i] = weight;
        sum.rows += weight > 0 ? 1 : 0;
        sum.count += weight > 0 ? study.count(row) : 0;
        sum.weights += weight;
        sum.target += weight * block.values()[i * (p + 1) + p];
      }
      sum.gram.add(block.values(), block.weights(), filled);
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }

  /** The residual of a row of a block. */
  private double residual(Block block, int row) {
    int p = beta.length;
    int at = row * (p + 1);
    double fitted = 0;
    for (int t = 0; t < p; t++) {
      fitted += block.values()[at + t] * beta[t];
    }
    return block.values()[at + p] - fitted;
  }

  /**
   * The sandwich \( A M A \). With residuals r, \( h = w \omega z^\top A z \), N the sum of n, s
   * the outcome's variance within a row and p regressors: homoscedastic \( M = \frac{1}{N} \sum n w
   * (r^2 + s) \sum n w \omega^2 z z^\top \); nonrobust the same times \( N/(N-p) \); HC0 \( M =
   * \sum n (w \omega)^2 (r^2 + s) z z^\top \); HC1 the same times \( N/(N-p) \); HC2 and HC3 with
   * \( r^2 + s \) over \( 1-h \) and \( (1-h)^2 \). With clusters, but for the first two, \( M =
   * \frac{C}{C-1} \sum_c s_c s_c^\top \), \( s_c = \sum_{i \in c} n w \omega z r \).
   *
   * <p>Sources: White 1980, doi:10.2307/1912934; MacKinnon and White 1985,
   * doi:10.1016/0304-4076(85)90158-7.
   */
  Covariance covariance(Run run, String kind) {
    boolean even = kind.equals("homoscedastic") || kind.equals("nonrobust");
    int power = kind.equals("HC2") ? 1 : kind.equals("HC3") ? 2 : 0;
    int[] clusters = even ? null : study.units().clusters();
    MeatSums sums = study.data().scan(run, new MeatPass(this, even, power, clusters));
    if (sums.clusters != null) {
      Gram meat = sums.clusters.total();
      double c = sums.clusters.clusters();
      return new Covariance(scaled(bread.sandwich(meat), c > 1 ? c / (c - 1) : 1), "cluster");
    }
    int p = beta.length;
    double degrees = count > p ? count / (count - p) : 1;
    double factor = kind.equals("HC1") || kind.equals("nonrobust") ? degrees : 1;
    if (even) {
      factor *= sums.squares / count;
    }
    return new Covariance(scaled(bread.sandwich(sums.meat), factor), kind);
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

  private record MeatPass(LeastSquares fit, boolean even, int power, int @Nullable [] clusters)
      implements Pass<MeatSums, MeatSums> {
    @Override
    public MeatSums zero() {
      return new MeatSums(fit.beta.length, clusters != null);
    }

    @Override
    public void accumulate(Batch batch, MeatSums sum) {
      int p = fit.beta.length;
      Block block = Block.of(p, batch.rows());
      int filled = fit.regressors.fill(batch, block);
      double[] z = new double[filled * p];
      double[] weights = new double[filled];
      for (int i = 0; i < filled; i++) {
        int row = (int) batch.firstRow() + block.places()[i];
        double r = fit.residual(block, i);
        double n = fit.study.count(row);
        double omega = block.weights()[i];
        double weight = fit.study.weight(row) * omega; // n w omega
        double squares = r * r + fit.study.variance(row);
        sum.squares += omega > 0 ? weight / omega * squares : 0;
        System.arraycopy(block.values(), i * (p + 1), z, i * p, p);
        if (clusters != null && sum.clusters != null) {
          for (int t = i * p; t < (i + 1) * p; t++) {
            z[t] *= weight * r;
          }
          if (weight > 0) {
            sum.clusters.add(clusters[row], z, i * p);
          }
        } else if (n > 0) {
          double once = weight / n;
          weights[i] = even ? weight * omega : weight * once * squares / left(z, i * p, once);
        }
      }
      if (clusters == null) {
        sum.meat.add(z, weights, filled);
      }
    }

    private double left(double[] z, int at, double weight) {
      if (power == 0) {
        return 1;
      }
      double left = Math.max(1e-6, 1 - weight * fit.bread.form(z, at));
      return power == 1 ? left : left * left;
    }

    @Override
    public MeatSums finish(MeatSums total) {
      return total;
    }
  }

  /**
   * How each row moves \( c^\top \hat\beta \).
   *
   * @param slope by its outcome, \( w \omega \, c^\top A z \), n of them if it stands for n rows; 0
   *     for rows that do not count
   * @param residual how far the outcome is from the regression; 0 for rows that do not count
   */
  record Influence(double[] slope, double[] residual) {}

  /** How each row moves the combination {@code direction} of the coefficients. One scan. */
  Influence influence(Run run, double[] direction) {
    int p = beta.length;
    double[] inverse = bread.toArray();
    double[] pull = new double[p];
    for (int i = 0; i < p; i++) {
      for (int j = 0; j < p; j++) {
        pull[i] += inverse[i * p + j] * direction[j];
      }
    }
    int n = Math.toIntExact(study.rows());
    Influence influence = new Influence(new double[n], new double[n]);
    study
        .data()
        .scan(
            run,
            new CrossFit.Fill() {
              @Override
              public void accumulate(Batch batch, CrossFit.Nothing sum) {
                Block block = Block.of(p, batch.rows());
                int filled = regressors.fill(batch, block);
                for (int i = 0; i < filled; i++) {
                  int row = (int) batch.firstRow() + block.places()[i];
                  double along = 0;
                  for (int t = 0; t < p; t++) {
                    along += pull[t] * block.values()[i * (p + 1) + t];
                  }
                  influence.slope()[row] = study.weightOfOne(row) * block.weights()[i] * along;
                  influence.residual()[row] = residual(block, i);
                }
              }
            });
    return influence;
  }

  /** The share of the target's variance that the regressors explain; omega must be 1. One scan. */
  double rSquared(Run run) {
    double[] residual = influence(run, new double[beta.length]).residual();
    double left = 0;
    for (int i = 0; i < residual.length; i++) {
      left += study.weight(i) * residual[i] * residual[i];
    }
    return 1 - left / total;
  }
}
