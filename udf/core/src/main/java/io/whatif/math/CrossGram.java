/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

/**
 * The products of two sets of columns over the same rows, \( \sum_i a_i b_i^\top \), accumulated
 * block by block: {@link Gram} for columns that differ on the two sides.
 *
 * <p>Rows come row-major and contiguous. Eight rows are taken at once, so that a number of the
 * result is loaded and stored once for eight products; the right side is walked in tiles that stay
 * in the second-level cache with what they are multiplied by. Order of summation: groups of eight
 * rows in the order given, then the rest one by one, so equal blocks give equal bits.
 *
 * <p>Cost: {@code left * right} operations a row; memory as many doubles.
 */
public final class CrossGram {
  private static final int TILE = 256;

  private final int left;
  private final int right;
  private final double[] values;

  public CrossGram(int left, int right) {
    this.left = left;
    this.right = right;
    this.values = new double[Math.multiplyExact(left, right)];
  }

  public int left() {
    return left;
  }

  public int right() {
    return right;
  }

  /** Adds {@code rows} row-major rows of {@code a} and of {@code b}. */
  public void add(double[] a, double[] b, int rows) {
    for (int from = 0; from < right; from += TILE) {
      int n = Math.min(TILE, right - from);
      int r = 0;
      for (; r + 8 <= rows; r += 8) {
        for (int i = 0; i < left; i++) {
          axpy8(i * right + from, n, b, r * right + from, a, r * left + i);
        }
      }
      for (; r < rows; r++) {
        for (int i = 0; i < left; i++) {
          axpy(i * right + from, n, b, r * right + from, a[r * left + i]);
        }
      }
    }
  }

  private void axpy8(int to, int n, double[] b, int at, double[] a, int first) {
    double w0 = a[first];
    double w1 = a[first + left];
    double w2 = a[first + 2 * left];
    double w3 = a[first + 3 * left];
    double w4 = a[first + 4 * left];
    double w5 = a[first + 5 * left];
    double w6 = a[first + 6 * left];
    double w7 = a[first + 7 * left];
    int b1 = at + right;
    int b2 = b1 + right;
    int b3 = b2 + right;
    int b4 = b3 + right;
    int b5 = b4 + right;
    int b6 = b5 + right;
    int b7 = b6 + right;
    double[] c = values;
    for (int j = 0; j < n; j++) {
      c[to + j] +=
          ((w0 * b[at + j] + w1 * b[b1 + j]) + (w2 * b[b2 + j] + w3 * b[b3 + j]))
              + ((w4 * b[b4 + j] + w5 * b[b5 + j]) + (w6 * b[b6 + j] + w7 * b[b7 + j]));
    }
  }

  private void axpy(int to, int n, double[] b, int at, double w) {
    double[] c = values;
    for (int j = 0; j < n; j++) {
      c[to + j] += w * b[at + j];
    }
  }

  /** Adds {@code other}, elementwise. */
  public void add(CrossGram other) {
    if (other.left != left || other.right != right) {
      throw new IllegalArgumentException(
          "shapes differ: %d x %d and %d x %d".formatted(left, right, other.left, other.right));
    }
    for (int k = 0; k < values.length; k++) {
      values[k] += other.values[k];
    }
  }

  /** Makes every product 0. */
  public void clear() {
    java.util.Arrays.fill(values, 0);
  }

  /** The product of column {@code i} of the left side with {@code j} of the right. */
  public double get(int i, int j) {
    return values[i * right + j];
  }
}
