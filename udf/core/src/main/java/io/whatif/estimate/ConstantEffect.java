/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import java.util.List;
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
  record Predicted(double[] outcome, double[] treatment) {}

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

    double weightOfOne(int row) {
      return weighting == null ? 1 : weighting.weights()[row];
    }

    double count(int row) {
      return weighting == null ? 1 : weighting.counts()[row];
    }

    double variance(int row) {
      return weighting == null ? 0 : weighting.variances()[row];
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
    RowResiduals residuals =
        RowResiduals.of(scores.y, scores.d, nuisances.outcome, nuisances.treatment);
    return new Rows(scores.y.length, residuals, counting).estimate(run, cov);
  }

  static Estimate of(@Nullable Run run, RowResiduals residuals, String cov, Study study) {
    return new Rows(Math.toIntExact(study.rows()), residuals, Counting.of(study))
        .estimate(run, cov);
  }

  /** The rows of a regression; those whose v is NaN have no part. */
  private record Rows(int count, RowResiduals residuals, Counting counting) {
    Estimate estimate(@Nullable Run run, String cov) {
      double[] sums = added(Parallel.ofRanges(run, count, this::products));
      double vz = sums[1];
      double zz = sums[2];
      double theta = sums[0] / vz;
      if (counting.clusters() != null) {
        double squares =
            ClusterSums.squares(
                run,
                count,
                1,
                (from, to, into) -> influences(from, to, theta, into[0]),
                counting.clusters())[0];
        return new Estimate(theta, Math.sqrt(squares / (vz * vz)));
      }
      int power = cov.equals("HC2") ? 1 : cov.equals("HC3") ? 2 : 0;
      double[] errors =
          added(Parallel.ofRanges(run, count, (from, to) -> errors(from, to, theta, zz, power)));
      double rows = errors[1];
      double dof = rows > 1 ? rows / (rows - 1.0) : 1;
      double variance =
          cov.equals("nonrobust")
              ? dof * errors[0] / rows / vz * (zz / vz)
              : errors[2] / (vz * vz) * (cov.equals("HC1") ? dof : 1);
      return new Estimate(theta, Math.sqrt(variance));
    }

    private static double[] added(List<double[]> parts) {
      double[] sums = new double[3];
      for (double[] part : parts) {
        for (int k = 0; k < sums.length; k++) {
          sums[k] += part[k];
        }
      }
      return sums;
    }

    /** The sums of u z, v z and z^2. */
    private double[] products(int from, int to) {
      double uz = 0;
      double vz = 0;
      double zz = 0;
      for (int i = from; i < to; i++) {
        double v = residuals.v(i);
        if (!Double.isNaN(v)) {
          double z = residuals.z(i);
          double weighted = counting.weight(i) * z;
          uz += weighted * residuals.u(i);
          vz += weighted * v;
          zz += weighted * z;
        }
      }
      return new double[] {uz, vz, zz};
    }

    private void influences(int from, int to, double theta, double[] into) {
      for (int i = from; i < to; i++) {
        double left = residuals.u(i) - residuals.v(i) * theta;
        into[i - from] = counting.weight(i) * residuals.z(i) * left;
      }
    }

    /** The sums of squared residuals, of rows, and the meat. */
    private double[] errors(int from, int to, double theta, double zz, int power) {
      double squares = 0;
      double rows = 0;
      double meat = 0;
      for (int i = from; i < to; i++) {
        double v = residuals.v(i);
        if (!Double.isNaN(v)) {
          double z = residuals.z(i);
          double r = residuals.u(i) - v * theta;
          double w = counting.weightOfOne(i);
          double count = counting.count(i);
          double spread = r * r + counting.variance(i);
          squares += count * w * spread;
          rows += count;
          double own = count * spread;
          if (power > 0) {
            double left = 1 - w * z * z / zz;
            own /= Math.max(1e-12, power == 2 ? left * left : left);
          }
          meat += w * w * z * z * own;
        }
      }
      return new double[] {squares, rows, meat};
    }
  }
}
