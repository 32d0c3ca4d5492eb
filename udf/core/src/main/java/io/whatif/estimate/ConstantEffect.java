/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowValues;
import io.whatif.data.Run;
import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import io.whatif.inference.RowSums;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The effect as one number: the regression of the outcome's residual u on the treatment's residual
 * v, \( \theta = \sum u v / \sum v^2 \), the partially linear model of Robinson 1988.
 *
 * <p>Errors as {@link FinalStage#covariance} with the single regressor v: \( h_i = v_i^2 / \sum v^2
 * \). For a binary treatment \( \theta \) estimates the overlap-weighted average \( E[e (1-e) \tau]
 * / E[e (1-e)] \).
 *
 * <p>With the residual z of an instrument \( \theta = \sum u z / \sum v z \), the partially linear
 * model with an instrument of Chernozhukov et al. 2018, doi:10.1111/ectj.12097, and \( h_i = z_i^2
 * / \sum z^2 \); the case above is z = v.
 */
final class ConstantEffect {
  private ConstantEffect() {}

  /** What is predicted of each row out of fold. */
  record Predicted(RowValues outcome, RowValues treatment) {}

  /**
   * How much rows count.
   *
   * @param clusters number of each row's cluster, null when every row is its own
   */
  record Counting(Study.@Nullable Weighting weighting, int @Nullable [] clusters) {
    static Counting of(Study study) {
      return new Counting(study.weighting(), study.units().clusters());
    }

    double weight(int row) {
      return weighting == null ? 1 : weighting.products()[row];
    }
  }

  /**
   * The effect by what is predicted of each row.
   *
   * @param run whose threads work; null for this thread alone
   */
  static Estimate of(
      @Nullable Run run, Scores scores, CrossFit nuisances, String cov, Study study) {
    Predicted predicted = new Predicted(nuisances.outcome, nuisances.treatment);
    return of(run, scores, predicted, cov, Counting.of(study));
  }

  static Estimate of(
      @Nullable Run run, Scores scores, Predicted nuisances, String cov, Counting counting) {
    Supplier<RowResiduals> residuals =
        RowResiduals.of(scores, nuisances.outcome, nuisances.treatment);
    return new Rows(scores.size(), residuals, counting).estimate(run, cov);
  }

  /**
   * The effect by residuals.
   *
   * @param run whose threads work
   * @param residuals makes those that a thread reads
   */
  static Estimate of(Run run, Supplier<RowResiduals> residuals, String cov, Study study) {
    return new Rows(Math.toIntExact(study.rows()), residuals, Counting.of(study))
        .estimate(run, cov);
  }

  /** The rows of a regression; those whose v is NaN have no part. */
  private record Rows(int count, Supplier<RowResiduals> residuals, Counting counting) {
    Estimate estimate(@Nullable Run run, String cov) {
      double[] sums =
          RowSums.of(run, count, 3, () -> new Block(residuals.get(), counting)::products);
      double vz = sums[1];
      double zz = sums[2];
      double theta = sums[0] / vz;
      if (counting.clusters() != null) {
        double[] squares =
            ClusterSums.squares(run, count, 1, () -> influences(theta), counting.clusters());
        return new Estimate(theta, Math.sqrt(squares[0] / (vz * vz)));
      }
      Leverage leverage = new Leverage(cov.equals("HC2") ? 1 : cov.equals("HC3") ? 2 : 0, zz);
      double[] errors = RowSums.of(run, count, 3, () -> errors(theta, leverage));
      double rows = errors[1];
      double dof = rows > 1 ? rows / (rows - 1.0) : 1;
      double variance =
          cov.equals("nonrobust")
              ? dof * errors[0] / rows / vz * (zz / vz)
              : errors[2] / (vz * vz) * (cov.equals("HC1") ? dof : 1);
      return new Estimate(theta, Math.sqrt(variance));
    }

    private ClusterSums.Influences influences(double theta) {
      Block block = new Block(residuals.get(), counting);
      return (from, to, into) -> block.influences(from, to, theta, into[0]);
    }

    private RowSums.Block errors(double theta, Leverage leverage) {
      Block block = new Block(residuals.get(), counting);
      return (from, to, sums) -> block.errors(from, to, theta, leverage, sums);
    }
  }

  /** A few rows at a time. */
  private static final class Block {
    private final RowResiduals residuals;
    private final Counting counting;
    private final double[] u = new double[RowSums.BLOCK];
    private final double[] v = new double[RowSums.BLOCK];

    Block(RowResiduals residuals, Counting counting) {
      this.residuals = residuals;
      this.counting = counting;
    }

    /** Adds u z, v z and z^2. */
    void products(int from, int to, double[] sums) {
      residuals.fill(from, to, u, v);
      double[] z = residuals.instrument(from, to, v);
      double[] weights = counting.weighting() == null ? null : counting.weighting().products();
      double uz = 0;
      double vz = 0;
      double zz = 0;
      for (int j = 0; j < to - from; j++) {
        if (!Double.isNaN(v[j])) {
          double weighted = weights == null ? z[j] : weights[from + j] * z[j];
          uz += weighted * u[j];
          vz += weighted * v[j];
          zz += weighted * z[j];
        }
      }
      sums[0] += uz;
      sums[1] += vz;
      sums[2] += zz;
    }

    void influences(int from, int to, double theta, double[] into) {
      residuals.fill(from, to, u, v);
      double[] z = residuals.instrument(from, to, v);
      for (int j = 0; j < to - from; j++) {
        into[j] = counting.weight(from + j) * z[j] * (u[j] - v[j] * theta);
      }
    }

    /** Adds squared residuals, rows, and the meat. */
    void errors(int from, int to, double theta, Leverage leverage, double[] sums) {
      residuals.fill(from, to, u, v);
      double[] z = residuals.instrument(from, to, v);
      Study.Weighting weighting = counting.weighting();
      double squares = 0;
      double rows = 0;
      double meat = 0;
      for (int j = 0; j < to - from; j++) {
        if (Double.isNaN(v[j])) {
          continue;
        }
        double r = u[j] - v[j] * theta;
        double spread = r * r;
        double w = 1;
        double count = 1;
        if (weighting != null) {
          spread += weighting.variances()[from + j];
          w = weighting.weights()[from + j];
          count = weighting.counts()[from + j];
        }
        squares += count * w * spread;
        rows += count;
        double own = w * z[j];
        meat += own * own * count * spread / leverage.of(own * z[j]);
      }
      sums[0] += squares;
      sums[1] += rows;
      sums[2] += meat;
    }
  }

  /**
   * What squared residuals are divided by.
   *
   * @param power of 1 - h
   * @param zz the sum of w z^2
   */
  private record Leverage(int power, double zz) {
    double of(double square) {
      if (power == 0) {
        return 1;
      }
      double left = 1 - square / zz;
      return Math.max(1e-12, power == 2 ? left * left : left);
    }
  }
}
