/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
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

    /** The residual of the i-th row by some coefficients. */
    double residual(int i, double[] beta) {
      int p = beta.length;
      int at = i * (p + 1);
      double fitted = 0;
      for (int t = 0; t < p; t++) {
        fitted += values[at + t] * beta[t];
      }
      return values[at + p] - fitted;
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
    double mean = rows == 0 ? 0 : sums.target / sums.weights;
    this.total = sums.gram.get(p, p) - mean * sums.target + sums.within;
  }

  static LeastSquares of(Run run, Study study, Rows regressors) {
    return new LeastSquares(
        study, regressors, study.data().scan(run, new SumsPass(study, regressors)));
  }

  /** The Gram matrix of regressors, target and the constant 1, each row by its weight. One scan. */
  static Gram products(Run run, Study study, Rows regressors) {
    Sums sums = study.data().scan(run, new SumsPass(study, regressors));
    int p = regressors.width();
    Gram all = new Gram(p + 2);
    for (int i = 0; i <= p; i++) {
      for (int j = 0; j <= i; j++) {
        all.set(i, j, sums.gram.get(i, j));
      }
    }
    all.set(p + 1, p + 1, sums.weights);
    return all;
  }

  /**
   * The name of the covariance: as asked for, else HC3, or HC1 where rows are many.
   *
   * @param count how many rows the rows stand for
   */
  static String covariance(@Nullable String asked, double count, int width) {
    return asked != null ? asked : count > 1000.0 * width ? "HC1" : "HC3";
  }

  private static final class Sums implements Mergeable<Sums> {
    final Gram gram;
    long rows;
    double count;
    double weights;
    double target;
    double within;

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
      within += other.within;
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
        sum.within += weight * study.variance(row);
        sum.target += weight * block.values()[i * (p + 1) + p];
      }
      sum.gram.add(block.values(), block.weights(), filled);
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }

  /** The sandwich \( A M A \) with the {@link Meat} of a kind. */
  Covariance covariance(Run run, String kind) {
    Meat meat =
        Meat.of(run, new Meat.Fitted(study, regressors, beta, bread, count, beta.length), kind);
    return new Covariance(bread.sandwich(meat.gram()), meat.name());
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
        .forEachBatch(
            run,
            batch -> {
              Block block = Block.of(p, batch.rows());
              int filled = regressors.fill(batch, block);
              for (int i = 0; i < filled; i++) {
                int row = (int) batch.firstRow() + block.places()[i];
                double along = 0;
                for (int t = 0; t < p; t++) {
                  along += pull[t] * block.values()[i * (p + 1) + t];
                }
                influence.slope()[row] = study.weightOfOne(row) * block.weights()[i] * along;
                influence.residual()[row] = block.residual(i, beta);
              }
            });
    return influence;
  }

  /** The share of the target's variance that the regressors explain; omega must be 1. One scan. */
  double rSquared(Run run) {
    double[] residual = influence(run, new double[beta.length]).residual();
    double left = 0;
    for (int i = 0; i < residual.length; i++) {
      left += study.weight(i) * (residual[i] * residual[i] + study.variance(i));
    }
    return 1 - left / total;
  }
}
