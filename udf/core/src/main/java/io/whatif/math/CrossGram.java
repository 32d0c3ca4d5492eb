/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

/**
 * The products of two sets of columns over the same rows, \( \sum_i a_i b_i^\top \), accumulated
 * block by block: {@link Gram} for columns that differ on the two sides.
 *
 * <p>Rows come row-major and contiguous. Four rows and two columns of the left side are taken at
 * once, so that eight products are made of four numbers loaded and two stored; the right side is
 * walked in tiles that stay in the second-level cache with what they are multiplied by. Order of
 * summation: groups of four rows in the order given, then the rest one by one, so equal blocks give
 * equal bits.
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
      for (; r + 4 <= rows; r += 4) {
        int i = 0;
        for (; i + 2 <= left; i += 2) {
          axpyTwice(i * right + from, n, b, r * right + from, a, r * left + i);
        }
        if (i < left) {
          axpy4(i * right + from, n, b, r * right + from, a, r * left + i);
        }
      }
      for (; r < rows; r++) {
        for (int i = 0; i < left; i++) {
          axpy(i * right + from, n, b, r * right + from, a[r * left + i]);
        }
      }
    }
  }

  /** Four rows of two columns of the left side. */
  private void axpyTwice(int to, int n, double[] b, int at, double[] a, int first) {
    double v0 = a[first];
    double v1 = a[first + left];
    double v2 = a[first + 2 * left];
    double v3 = a[first + 3 * left];
    double w0 = a[first + 1];
    double w1 = a[first + 1 + left];
    double w2 = a[first + 1 + 2 * left];
    double w3 = a[first + 1 + 3 * left];
    int b1 = at + right;
    int b2 = b1 + right;
    int b3 = b2 + right;
    int next = to + right;
    double[] c = values;
    for (int j = 0; j < n; j++) {
      double z0 = b[at + j];
      double z1 = b[b1 + j];
      double z2 = b[b2 + j];
      double z3 = b[b3 + j];
      c[to + j] += (v0 * z0 + v1 * z1) + (v2 * z2 + v3 * z3);
      c[next + j] += (w0 * z0 + w1 * z1) + (w2 * z2 + w3 * z3);
    }
  }

  private void axpy4(int to, int n, double[] b, int at, double[] a, int first) {
    double w0 = a[first];
    double w1 = a[first + left];
    double w2 = a[first + 2 * left];
    double w3 = a[first + 3 * left];
    int b1 = at + right;
    int b2 = b1 + right;
    int b3 = b2 + right;
    double[] c = values;
    for (int j = 0; j < n; j++) {
      c[to + j] += (w0 * b[at + j] + w1 * b[b1 + j]) + (w2 * b[b2 + j] + w3 * b[b3 + j]);
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
