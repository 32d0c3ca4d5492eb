/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import io.whatif.math.Normal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How strongly an instrument moves the treatment, and what it says of a constant effect however
 * weak it is. With the residuals u of the outcome, v of the treatment and z of the instrument, and
 * a row's weight g:
 *
 * <p>First stage: \( \pi = \sum g z v / \sum g z^2 \), \( F = (\sum g z v)^2 / \sum (g z (v - \pi
 * z))^2 \), robust to heteroskedasticity; by clusters their sums stand in the denominator. Of one
 * instrument it is the effective F, below 23.1 of which the bias of \( \hat\theta \) may exceed a
 * tenth of the worst (Montiel Olea and Pflueger 2013, doi:10.1080/00401706.2013.806694).
 *
 * <p>Anderson-Rubin: all \( \theta \) with \( T(\theta) = (\sum g z (u - \theta v))^2 / \sum (g z
 * (u - \theta v))^2 \le \chi^2_{1, level} \). At the true effect T has this law whether the
 * instrument is strong or not. The set solves a quadratic inequality; it always holds \( \hat\theta
 * \), so that it is never empty, and is an interval if \( (\sum g z v)^2 / \sum (g z v)^2 \)
 * exceeds the quantile, else everything but an interval, or every number. (Anderson and Rubin 1949,
 * doi:10.1214/aoms/1177730090; Andrews, Stock and Sun 2019,
 * doi:10.1146/annurev-economics-080218-025643.)
 *
 * @param f the first stage
 * @param statistic T(0)
 * @param lower where the set begins, minus infinity if nowhere
 * @param upper where it ends
 * @param gap where the set is everything but an interval, that interval; else null
 */
record FirstStage(double f, double statistic, double lower, double upper, double @Nullable [] gap) {

  static FirstStage of(InstrumentRepetition.Rows rows, Study study, double level) {
    double[] u = rows.outcome();
    double[] v = rows.treatment();
    double[] z = rows.instrument();
    int n = Math.toIntExact(study.rows());
    double[] a = new double[n];
    double[] b = new double[n];
    double[] left = new double[n];
    double zu = 0;
    double zv = 0;
    double zz = 0;
    for (int i = 0; i < n; i++) {
      double weighted = study.weight(i) * z[i];
      a[i] = weighted * u[i];
      b[i] = weighted * v[i];
      zu += a[i];
      zv += b[i];
      zz += weighted * z[i];
    }
    int[] clusters = study.units().clusters();
    double statistic = zu * zu / ClusterSums.squares(a, clusters);
    double theta = zu / zv;
    for (int i = 0; i < n; i++) {
      left[i] = study.weight(i) * z[i] * (v[i] - zv / zz * z[i]);
      a[i] -= theta * b[i];
    }
    double f = zv * zv / ClusterSums.squares(left, clusters);
    double q = Math.pow(Normal.quantile(0.5 + level / 2), 2);
    double ab = product(a, b, clusters);
    double square = zv * zv - q * ClusterSums.squares(b, clusters);
    double constant = q * ClusterSums.squares(a, clusters);
    return of(f, statistic, theta, new double[] {square, q * ab, constant});
  }

  /** The set of \( \theta + \delta \) with \( c_0 \delta^2 + 2 c_1 \delta - c_2 \le 0 \). */
  private static FirstStage of(double f, double statistic, double theta, double[] c) {
    double root = c[1] * c[1] + c[0] * c[2];
    double[] ends = {
      theta + (-c[1] - Math.sqrt(Math.max(0, root))) / c[0],
      theta + (-c[1] + Math.sqrt(Math.max(0, root))) / c[0]
    };
    if (c[0] > 0) {
      return new FirstStage(f, statistic, ends[0], ends[1], null);
    }
    double[] gap = root > 0 && c[0] < 0 ? new double[] {ends[1], ends[0]} : null;
    return new FirstStage(f, statistic, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, gap);
  }

  /** \( \frac{C}{C-1} \sum_c a_c b_c \) as {@link ClusterSums#squares}. */
  private static double product(double[] a, double[] b, int @Nullable [] clusters) {
    double[] first = ClusterSums.of(a, clusters);
    double[] second = ClusterSums.of(b, clusters);
    double sum = 0;
    for (int c = 0; c < first.length; c++) {
      sum += first[c] * second[c];
    }
    double count = first.length;
    return clusters != null && count > 1 ? sum * count / (count - 1) : sum;
  }

  /** The medians over repetitions with other folds; a gap is not told of several. */
  static FirstStage median(List<FirstStage> all) {
    if (all.size() == 1) {
      return all.get(0);
    }
    return new FirstStage(
        median(all.stream().mapToDouble(FirstStage::f).toArray()),
        median(all.stream().mapToDouble(FirstStage::statistic).toArray()),
        median(all.stream().mapToDouble(FirstStage::lower).toArray()),
        median(all.stream().mapToDouble(FirstStage::upper).toArray()),
        null);
  }

  /** An end in the middle of numbers and infinities is taken from one of them. */
  private static double median(double[] numbers) {
    double[] sorted = numbers.clone();
    java.util.Arrays.sort(sorted);
    double low = sorted[(sorted.length - 1) / 2];
    double high = sorted[sorted.length / 2];
    return low == high || Double.isInfinite(low) ? low : Estimate.median(numbers);
  }

  /** Whether the set is an interval. */
  boolean bounded() {
    return lower > Double.NEGATIVE_INFINITY && upper < Double.POSITIVE_INFINITY;
  }

  /** The p-value of no effect. */
  double pValue() {
    return Normal.twoSided(Math.sqrt(statistic));
  }
}
