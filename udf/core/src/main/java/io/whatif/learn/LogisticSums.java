/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Mergeable;
import io.whatif.math.Gram;
import java.util.Arrays;

/**
 * A {@link LogisticLoss}, its gradient and, if asked for, its Hessian at a point, summed over rows.
 */
final class LogisticSums implements Mergeable<LogisticSums> {
  private final LogisticLoss model;
  private final Wanted wanted;
  private final int width;
  private double loss;
  private double total;
  private final double[] gradient;
  private final Gram[] products;

  /** What to sum. */
  enum Wanted {
    LOSS,
    GRADIENT,
    /** Gradient and Hessian, which spares a logarithm a row. */
    CURVATURE,
    /** Loss, gradient and Hessian. */
    HESSIAN;

    boolean loss() {
      return this == LOSS || this == HESSIAN;
    }

    boolean hessian() {
      return this == CURVATURE || this == HESSIAN;
    }
  }

  /** Of the log-loss of a 0/1 target. */
  LogisticSums(int width, Wanted wanted) {
    this(LogisticLoss.BINARY, width, wanted);
  }

  /**
   * Sums of nothing.
   *
   * @param width columns of the basis
   */
  LogisticSums(LogisticLoss model, int width, Wanted wanted) {
    this.model = model;
    this.wanted = wanted;
    this.width = width;
    this.gradient = new double[wanted == Wanted.LOSS ? 0 : model.coefficients(width)];
    this.products = new Gram[wanted.hessian() ? model.products() : 0];
    Arrays.setAll(products, m -> new Gram(width));
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
    return wanted.hessian() ? model.hessian(products, width) : new Gram(0);
  }

  /** The sums of products of rows that the Hessian is made of. */
  Gram[] products() {
    return products;
  }

  Wanted wanted() {
    return wanted;
  }

  /** Adds what rows lose, and their weights. */
  void addLoss(double loss, double weight) {
    this.loss += loss;
    this.total += weight;
  }

  @Override
  public LogisticSums merge(LogisticSums other) {
    loss += other.loss;
    total += other.total;
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] += other.gradient[j];
    }
    for (int m = 0; m < products.length; m++) {
      products[m].add(other.products[m]);
    }
    return this;
  }

  /** The products of rows with {@code b}; four rows at a time to hide the latency of adding. */
  static void dot(Basis.Block block, int rows, double[] b, double[] into) {
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

  /** Adds rows, each times its entry of {@code by}. */
  static void addRows(Basis.Block block, int rows, double[] by, double[] into) {
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
