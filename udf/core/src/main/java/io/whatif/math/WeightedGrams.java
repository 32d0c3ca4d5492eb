/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

/**
 * The Gram matrices of the same rows under many weights, \( \sum_i w_{ib} x_i x_i^\top \) for b =
 * 1..B: of bootstrap draws, or of several logistic targets.
 *
 * <p>The products \( x_{ij} x_{ik} \), \( k \le j \), are formed once for all weights, and summed
 * as a {@link CrossGram} of weights and products: half the operations of B Gram matrices, in loops
 * that are long whatever the width.
 *
 * <p>Cost: {@code weights * width * (width + 1) / 2} operations a row; memory as many doubles.
 */
public final class WeightedGrams {
  private static final int ROWS = 32;

  private final int width;
  private final CrossGram sums;
  private final double[] products;
  private final double[] part;

  public WeightedGrams(int width, int weights) {
    this.width = width;
    this.sums = new CrossGram(weights, width * (width + 1) / 2);
    this.products = new double[ROWS * sums.right()];
    this.part = new double[ROWS * weights];
  }

  /** Columns of each Gram matrix. */
  public int width() {
    return width;
  }

  /**
   * Adds rows.
   *
   * @param x row-major rows
   * @param stride distance between the starts of two rows of {@code x}, at least the width
   * @param weights row-major, one for each row and Gram matrix
   */
  public void add(double[] x, int stride, double[] weights, int rows) {
    for (int from = 0; from < rows; from += ROWS) {
      int count = Math.min(ROWS, rows - from);
      multiply(x, stride, from, count);
      System.arraycopy(weights, from * sums.left(), part, 0, count * sums.left());
      sums.add(part, products, count);
    }
  }

  private void multiply(double[] x, int stride, int from, int count) {
    int at = 0;
    for (int r = 0; r < count; r++) {
      int row = (from + r) * stride;
      for (int j = 0; j < width; j++) {
        double factor = x[row + j];
        for (int k = 0; k <= j; k++) {
          products[at + k] = factor * x[row + k];
        }
        at += j + 1;
      }
    }
  }

  /** Adds {@code other}, elementwise. */
  public void add(WeightedGrams other) {
    sums.add(other.sums);
  }

  /** The Gram matrix of the weights {@code index}, added to {@code into}. */
  public void addTo(Gram into, int index) {
    int at = 0;
    for (int j = 0; j < width; j++) {
      for (int k = 0; k <= j; k++) {
        into.set(j, k, into.get(j, k) + sums.get(index, at++));
      }
    }
  }

  /** The Gram matrix of the weights {@code index}. */
  public Gram gram(int index) {
    Gram gram = new Gram(width);
    addTo(gram, index);
    return gram;
  }
}
