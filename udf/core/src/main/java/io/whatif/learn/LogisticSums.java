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
    this(LogisticLoss.BINARY, width, wanted, 1);
  }

  /**
   * Sums of nothing.
   *
   * @param width columns of the basis
   * @param together how many such sums are made at once
   */
  LogisticSums(LogisticLoss model, int width, Wanted wanted, int together) {
    this.model = model;
    this.wanted = wanted;
    this.width = width;
    this.gradient = new double[wanted == Wanted.LOSS ? 0 : model.coefficients(width)];
    this.products = new Gram[wanted.hessian() ? model.products() : 0];
    Arrays.setAll(products, m -> new Gram(width, together * products.length));
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
}
