/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Mergeable;
import io.whatif.math.Gram;

/**
 * The logistic loss, its gradient and, if asked for, its Hessian at a point, summed over rows of
 * weight w: \( \ell = \sum_i w_i (\log(1 + e^{f_i}) - y_i f_i) \), \( g = \sum_i w_i (p_i - y_i)
 * z_i \), \( H = \sum_i w_i p_i (1 - p_i) z_i z_i^\top \), with \( f_i = z_i^\top b \) and \( p_i =
 * 1 / (1 + e^{-f_i}) \).
 */
final class LogisticSums implements Mergeable<LogisticSums> {
  private double loss;
  private double total;
  private final double[] gradient;
  private final Gram hessian;
  private final Wanted wanted;

  /** What to sum. */
  enum Wanted {
    LOSS,
    GRADIENT,
    /** Loss, gradient and Hessian. */
    HESSIAN
  }

  LogisticSums(int width, Wanted wanted) {
    this.gradient = new double[wanted == Wanted.LOSS ? 0 : width];
    this.wanted = wanted;
    this.hessian = new Gram(wanted == Wanted.HESSIAN ? width : 0);
  }

  double loss() {
    return loss;
  }

  /** The sum of the rows' weights. */
  double weight() {
    return total;
  }

  double[] gradient() {
    return gradient;
  }

  Gram hessian() {
    return hessian;
  }

  @Override
  public LogisticSums merge(LogisticSums other) {
    loss += other.loss;
    total += other.total;
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] += other.gradient[j];
    }
    hessian.add(other.hessian);
    return this;
  }

  /**
   * Adds rows.
   *
   * @param y the target of each row
   * @param scratch three arrays of a block's rows, the last with the weight of each
   */
  void add(Basis.Block block, double[] y, int rows, double[] b, double[][] scratch) {
    double[] residual = scratch[0];
    double[] weight = scratch[1];
    double[] counts = scratch[2];
    dot(block, rows, b, residual);
    for (int r = 0; r < rows; r++) {
      weight[r] = Math.exp(-Math.abs(residual[r]));
    }
    if (wanted != Wanted.GRADIENT) {
      for (int r = 0; r < rows; r++) {
        double f = residual[r];
        loss += counts[r] * (Math.log(1 + weight[r]) + Math.max(f, 0) - y[r] * f);
        total += counts[r];
      }
    }
    if (wanted == Wanted.LOSS) {
      return;
    }
    for (int r = 0; r < rows; r++) {
      double f = residual[r];
      double e = weight[r];
      double small = e / (1 + e);
      double p = f >= 0 ? 1 - small : small;
      residual[r] = counts[r] * (y[r] == 1 && f >= 0 ? -small : p - y[r]);
      weight[r] = counts[r] * small * (1 - small);
    }
    addRows(block, rows, residual, gradient);
    if (wanted == Wanted.HESSIAN) {
      hessian.add(block.values(), weight, rows);
    }
  }

  /** The products of rows with {@code b}; four rows at a time to hide the latency of adding. */
  private static void dot(Basis.Block block, int rows, double[] b, double[] into) {
    double[] x = block.values();
    int stride = block.stride();
    int r = 0;
    for (; r + 4 <= rows; r += 4) {
      int at = r * stride;
      int at1 = at + stride;
      int at2 = at1 + stride;
      int at3 = at2 + stride;
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double s3 = 0;
      for (int j = 0; j < b.length; j++) {
        s0 += b[j] * x[at + j];
        s1 += b[j] * x[at1 + j];
        s2 += b[j] * x[at2 + j];
        s3 += b[j] * x[at3 + j];
      }
      into[r] = s0;
      into[r + 1] = s1;
      into[r + 2] = s2;
      into[r + 3] = s3;
    }
    for (; r < rows; r++) {
      double s = 0;
      for (int j = 0; j < b.length; j++) {
        s += b[j] * x[r * stride + j];
      }
      into[r] = s;
    }
  }

  private static void addRows(Basis.Block block, int rows, double[] by, double[] into) {
    double[] x = block.values();
    int stride = block.stride();
    int r = 0;
    for (; r + 4 <= rows; r += 4) {
      int at = r * stride;
      int at1 = at + stride;
      int at2 = at1 + stride;
      int at3 = at2 + stride;
      double a = by[r];
      double b = by[r + 1];
      double c = by[r + 2];
      double d = by[r + 3];
      for (int j = 0; j < into.length; j++) {
        into[j] += (a * x[at + j] + b * x[at1 + j]) + (c * x[at2 + j] + d * x[at3 + j]);
      }
    }
    for (; r < rows; r++) {
      for (int j = 0; j < into.length; j++) {
        into[j] += by[r] * x[r * stride + j];
      }
    }
  }
}
