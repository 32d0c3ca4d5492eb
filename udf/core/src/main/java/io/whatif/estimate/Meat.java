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
 * The covariance M of \( \sum_i n_i w_i \omega_i z_i \epsilon_i \), the middle of a sandwich, from
 * residuals r of a regression on z.
 *
 * <p>With \( h = w \omega z^\top A z \), N the sum of n, s the outcome's variance within a row and
 * p coefficients: homoscedastic \( \frac{1}{N} \sum n w (r^2 + s) \sum n w \omega^2 z z^\top \);
 * nonrobust the same times \( N/(N-p) \); HC0 \( \sum n (w \omega)^2 (r^2 + s) z z^\top \); HC1 the
 * same times \( N/(N-p) \); HC2 and HC3 with \( r^2 + s \) over \( 1-h \) and \( (1-h)^2 \). With
 * clusters, but for the first, \( \frac{C}{C-1} \sum_c s_c s_c^\top \), \( s_c = \sum_{i \in c} n w
 * \omega z r \). One scan of O(p^2) a row.
 *
 * <p>Sources: White 1980, doi:10.2307/1912934; MacKinnon and White 1985,
 * doi:10.1016/0304-4076(85)90158-7.
 *
 * @param gram M
 * @param name what the covariance is called
 */
record Meat(Gram gram, String name) {
  /**
   * A fitted regression.
   *
   * @param beta its coefficients
   * @param bread A, by which leverage is told
   * @param count N
   * @param coefficients p
   */
  record Fitted(
      Study study,
      LeastSquares.Rows regressors,
      double[] beta,
      PseudoInverse bread,
      double count,
      int coefficients) {}

  static Meat of(Run run, Fitted fit, String kind) {
    boolean even = kind.equals("homoscedastic") || kind.equals("nonrobust");
    int power = kind.equals("HC2") ? 1 : kind.equals("HC3") ? 2 : 0;
    int[] clusters = kind.equals("homoscedastic") ? null : fit.study().units().clusters();
    Sums sums = fit.study().data().scan(run, new SumsPass(fit, even, power, clusters));
    if (sums.clusters != null) {
      Gram total = sums.clusters.total();
      double c = sums.clusters.clusters();
      return new Meat(times(total, c > 1 ? c / (c - 1) : 1), "cluster");
    }
    double n = fit.count();
    int p = fit.coefficients();
    double degrees = n > p ? n / (n - p) : 1;
    double factor = kind.equals("HC1") || kind.equals("nonrobust") ? degrees : 1;
    return new Meat(times(sums.meat, even ? factor * sums.squares / n : factor), kind);
  }

  private static Gram times(Gram gram, double factor) {
    Gram product = new Gram(gram.width());
    product.addScaled(gram, factor);
    return product;
  }

  private static final class Sums implements Mergeable<Sums> {
    final Gram meat;
    final @Nullable ClusterScatter clusters;
    double squares;

    Sums(int width, boolean clustered) {
      meat = new Gram(width);
      clusters = clustered ? new ClusterScatter(width) : null;
    }

    @Override
    public Sums merge(Sums other) {
      meat.add(other.meat);
      squares += other.squares;
      if (clusters != null && other.clusters != null) {
        clusters.merge(other.clusters);
      }
      return this;
    }
  }

  private record SumsPass(Fitted fit, boolean even, int power, int @Nullable [] clusters)
      implements Pass<Sums, Sums> {
    @Override
    public Sums zero() {
      return new Sums(fit.beta().length, clusters != null);
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      int p = fit.beta().length;
      LeastSquares.Block block = LeastSquares.Block.of(p, batch.rows());
      int filled = fit.regressors().fill(batch, block);
      double[] z = new double[filled * p];
      double[] weights = new double[filled];
      for (int i = 0; i < filled; i++) {
        int row = (int) batch.firstRow() + block.places()[i];
        double r = block.residual(i, fit.beta());
        double n = fit.study().count(row);
        double omega = block.weights()[i];
        double weight = fit.study().weight(row) * omega; // n w omega
        double squares = r * r + fit.study().variance(row);
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
      double left = Math.max(1e-6, 1 - weight * fit.bread().form(z, at));
      return power == 1 ? left : left * left;
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }
}
