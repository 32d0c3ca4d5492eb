/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.math.Exponential;
import io.whatif.math.Gram;

/** How coefficients on a basis lose on a row: the negative logarithm of the chance they gave it. */
interface LogisticLoss {
  /** Of a target that is 0 or 1. */
  LogisticLoss BINARY = new BinaryLoss();

  /** How many coefficients there are for a basis of {@code width} columns. */
  int coefficients(int width);

  /** How many sums of products of rows the Hessian is made of. */
  int products();

  /** How many arrays of a block's rows {@link #add} works in. */
  int scratch();

  /**
   * Rows side by side.
   *
   * @param y the target of each row
   * @param weights of each row
   */
  record Rows(FilledRows block, double[] y, double[] weights, int count) {}

  /** What error of a coefficient of size 1 a fit may end with. */
  default double precision() {
    return 1e-11;
  }

  /** Adds rows to sums at the point {@code b}. */
  void add(Rows rows, double[] b, double[][] scratch, LogisticSums into);

  /** The Hessian, out of the sums of products of rows. */
  Gram hessian(Gram[] products, int width);

  /**
   * \( \ell = \sum_i w_i (\log(1 + e^{f_i}) - y_i f_i) \), \( g = \sum_i w_i (p_i - y_i) z_i \), \(
   * H = \sum_i w_i p_i (1 - p_i) z_i z_i^\top \), with \( f_i = z_i^\top b \), \( p_i = 1 / (1 +
   * e^{-f_i}) \) and y of 0 or 1 alone.
   */
  final class BinaryLoss implements LogisticLoss {
    private BinaryLoss() {}

    @Override
    public int coefficients(int width) {
      return width;
    }

    @Override
    public int products() {
      return 1;
    }

    @Override
    public int scratch() {
      return 2;
    }

    @Override
    public void add(Rows rows, double[] b, double[][] scratch, LogisticSums into) {
      double[] residual = scratch[0];
      double[] weight = scratch[1];
      double[] counts = rows.weights();
      double[] y = rows.y();
      int n = rows.count();
      rows.block().dot(n, b, residual);
      Exponential.ofNegative(residual, n, weight);
      if (into.wanted().loss()) {
        for (int r = 0; r < n; r++) {
          double f = residual[r];
          double loss = Math.log(1 + weight[r]) + Math.max(f, 0) - y[r] * f;
          into.addLoss(counts[r] * loss, counts[r]);
        }
      }
      if (into.wanted() == LogisticSums.Wanted.LOSS) {
        return;
      }
      differentiate(rows, residual, weight);
      rows.block().addRows(n, residual, into.gradient());
      if (into.wanted().hessian()) {
        rows.block().addProducts(n, weight, into.products()[0]);
      }
    }

    /**
     * Makes \( w (p - y) \) of the indices f, and \( w p (1 - p) \) of \( e^{-|f|} \). In loops
     * that C2 vectorizes: without branches, which would be guessed wrong half the time, and short.
     */
    private static void differentiate(Rows rows, double[] index, double[] exponential) {
      double[] y = rows.y();
      double[] counts = rows.weights();
      int n = rows.count();
      for (int r = 0; r < n; r++) { // 1 where the more likely class is not y, else 0
        double side = index[r] / (Math.abs(index[r]) + Double.MIN_NORMAL);
        index[r] = 0.5 * ((1 - 2 * y[r]) * side) + 0.5;
      }
      for (int r = 0; r < n; r++) {
        double large = 1 / (1 + exponential[r]);
        double small = exponential[r] * large;
        index[r] = small + (large - small) * index[r];
        exponential[r] = small * large;
      }
      for (int r = 0; r < n; r++) {
        index[r] = counts[r] * ((1 - 2 * y[r]) * index[r]);
        exponential[r] = counts[r] * exponential[r];
      }
    }

    @Override
    public Gram hessian(Gram[] products, int width) {
      return products[0];
    }
  }
}
