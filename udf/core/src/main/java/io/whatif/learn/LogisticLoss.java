/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

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

  /** Adds rows to sums at several points. */
  default void addAll(Rows rows, double[][] b, double[][] scratch, LogisticSums[] into) {
    for (int m = 0; m < b.length; m++) {
      add(rows, b[m], scratch, into[m]);
    }
  }

  /** The Hessian, out of the sums of products of rows. */
  Gram hessian(Gram[] products, int width);

  /**
   * \( \ell = \sum_i w_i (\log(1 + e^{f_i}) - y_i f_i) \), \( g = \sum_i w_i (p_i - y_i) z_i \), \(
   * H = \sum_i w_i p_i (1 - p_i) z_i z_i^\top \), with \( f_i = z_i^\top b \), \( p_i = 1 / (1 +
   * e^{-f_i}) \) and y of 0 or 1 alone.
   *
   * <p>Gradients alone, at several points: an exponential a row is taken at the first of them;
   * where f moves by no more than a 32nd from there, p is its Taylor polynomial of degree 5, whose
   * remainder is below {@code max |p^(6)| / 32^6 / 720}, 6e-13.
   */
  final class BinaryLoss implements LogisticLoss {
    private static final double NEAR = 1.0 / 32;

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
      return 9;
    }

    @Override
    public void add(Rows rows, double[] b, double[][] scratch, LogisticSums into) {
      double[] residual = scratch[0];
      double[] weight = scratch[1];
      double[] counts = rows.weights();
      double[] y = rows.y();
      int n = rows.count();
      rows.block().dot(n, b, residual);
      for (int r = 0; r < n; r++) {
        weight[r] = Math.exp(-Math.abs(residual[r]));
      }
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
      for (int r = 0; r < n; r++) { // without branches, which would be guessed wrong half the time
        double sign = 1 - 2 * y[r];
        double e = weight[r];
        double large = 1 / (1 + e);
        double small = e * large;
        double wrong = Math.copySign(0.5, sign * residual[r]) + 0.5;
        residual[r] = counts[r] * (sign * (small + (large - small) * wrong));
        weight[r] = counts[r] * (small * large);
      }
      rows.block().addRows(n, residual, into.gradient());
      if (into.wanted().hessian()) {
        rows.block().addProducts(n, weight, into.products()[0]);
      }
    }

    @Override
    public void addAll(Rows rows, double[][] b, double[][] scratch, LogisticSums[] into) {
      if (b.length < 2 || into[0].wanted() != LogisticSums.Wanted.GRADIENT) {
        LogisticLoss.super.addAll(rows, b, scratch, into);
        return;
      }
      int n = rows.count();
      double[] first = scratch[2];
      double[] moved = scratch[3];
      rows.block().dot(n, b[0], first);
      expand(rows, first, scratch);
      rows.block().addRows(n, scratch[0], into[0].gradient());
      for (int m = 1; m < b.length; m++) {
        rows.block().dot(n, b[m], moved);
        if (!isNear(first, moved, n)) {
          add(rows, b[m], new double[][] {moved, new double[n]}, into[m]);
          continue;
        }
        residuals(scratch, n);
        rows.block().addRows(n, moved, into[m].gradient());
      }
    }

    /** Whether each f is near the first; writes by how much it differs. */
    private static boolean isNear(double[] first, double[] moved, int n) {
      for (int r = 0; r < n; r++) {
        moved[r] -= first[r];
      }
      for (int r = 0; r < n; r++) {
        if (!(Math.abs(moved[r]) <= NEAR)) {
          return false;
        }
      }
      return true;
    }

    /** The Taylor coefficients of each row's residual at f, from scratch 0, 1, 4, ... upwards. */
    private static void expand(Rows rows, double[] f, double[][] scratch) {
      int n = rows.count();
      double[] c0 = scratch[0];
      double[] c1 = scratch[1];
      double[] c2 = scratch[4];
      double[] c3 = scratch[5];
      double[] c4 = scratch[6];
      double[] c5 = scratch[7];
      double[] counts = rows.weights();
      double[] y = rows.y();
      for (int r = 0; r < n; r++) {
        c1[r] = Math.exp(-Math.abs(f[r]));
      }
      for (int r = 0; r < n; r++) {
        double sign = 1 - 2 * y[r];
        double large = 1 / (1 + c1[r]);
        double small = c1[r] * large;
        double wrong = Math.copySign(0.5, sign * f[r]) + 0.5;
        c0[r] = counts[r] * (sign * (small + (large - small) * wrong));
        c2[r] = Math.copySign(0.5 * (large - small), -f[r]);
        c1[r] = small * large;
      }
      // With w = p (1 - p) and h = (1 - 2p) / 2, derivatives of p are w, 2wh, w (1 - 6w), ...
      for (int r = 0; r < n; r++) {
        c4[r] = c2[r] * (1.0 / 12 - c1[r]);
      }
      for (int r = 0; r < n; r++) {
        c5[r] = 1.0 / 120 - c1[r] * (0.25 - c1[r]);
      }
      for (int r = 0; r < n; r++) {
        c3[r] = 1.0 / 6 - c1[r];
        c1[r] *= counts[r];
      }
      for (int r = 0; r < n; r++) {
        c2[r] *= c1[r];
        c3[r] *= c1[r];
      }
      for (int r = 0; r < n; r++) {
        c4[r] *= c1[r];
        c5[r] *= c1[r];
      }
    }

    /** Residuals where f has moved by scratch 3, which they take the place of. */
    private static void residuals(double[][] scratch, int n) {
      double[] moved = scratch[3];
      double[] c0 = scratch[0];
      double[] c1 = scratch[1];
      double[] c2 = scratch[4];
      double[] c3 = scratch[5];
      double[] c4 = scratch[6];
      double[] c5 = scratch[7];
      double[] high = scratch[8];
      for (int r = 0; r < n; r++) { // in short loops, which are made for several rows at once
        high[r] = c4[r] + moved[r] * c5[r];
      }
      for (int r = 0; r < n; r++) {
        high[r] = c3[r] + moved[r] * high[r];
      }
      for (int r = 0; r < n; r++) {
        high[r] = c2[r] + moved[r] * high[r];
      }
      for (int r = 0; r < n; r++) {
        high[r] = c1[r] + moved[r] * high[r];
      }
      for (int r = 0; r < n; r++) {
        moved[r] = c0[r] + moved[r] * high[r];
      }
    }

    @Override
    public Gram hessian(Gram[] products, int width) {
      return products[0];
    }
  }
}
