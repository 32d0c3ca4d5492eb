/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

/**
 * The products of two sets of columns over the same rows, \( \sum_i a_i b_i^\top \), accumulated
 * block by block: {@link Gram} for columns that differ on the two sides.
 *
 * <p>Rows come row-major and contiguous. Four rows and four columns of the left side are taken at
 * once, so that sixteen products are made of four numbers loaded and four sums; these sums stay in
 * the first-level cache while all rows pass, a tile of the right side in the second. Order of
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
    int whole = rows - rows % 4;
    for (int from = 0; from < right; from += TILE) {
      int n = Math.min(TILE, right - from);
      int i = 0;
      for (; i + 4 <= left; i += 4) {
        for (int r = 0; r < whole; r += 4) {
          axpyFourTimes(i * right + from, n, b, r * right + from, a, r * left + i);
        }
      }
      for (; i < left; i++) {
        for (int r = 0; r < whole; r += 4) {
          axpy4(i * right + from, n, b, r * right + from, a, r * left + i);
        }
      }
      for (int r = whole; r < rows; r++) {
        for (int k = 0; k < left; k++) {
          axpy(k * right + from, n, b, r * right + from, a[r * left + k]);
        }
      }
    }
  }

  /** Four rows of four columns of the left side. */
  private void axpyFourTimes(int to, int n, double[] b, int at, double[] a, int first) {
    int second = first + left;
    int third = second + left;
    int fourth = third + left;
    double p0 = a[first];
    double p1 = a[second];
    double p2 = a[third];
    double p3 = a[fourth];
    double q0 = a[first + 1];
    double q1 = a[second + 1];
    double q2 = a[third + 1];
    double q3 = a[fourth + 1];
    double v0 = a[first + 2];
    double v1 = a[second + 2];
    double v2 = a[third + 2];
    double v3 = a[fourth + 2];
    double w0 = a[first + 3];
    double w1 = a[second + 3];
    double w2 = a[third + 3];
    double w3 = a[fourth + 3];
    int b1 = at + right;
    int b2 = b1 + right;
    int b3 = b2 + right;
    int to1 = to + right;
    int to2 = to1 + right;
    int to3 = to2 + right;
    double[] c = values;
    for (int j = 0; j < n; j++) {
      double z0 = b[at + j];
      double z1 = b[b1 + j];
      double z2 = b[b2 + j];
      double z3 = b[b3 + j];
      c[to + j] += (p0 * z0 + p1 * z1) + (p2 * z2 + p3 * z3);
      c[to1 + j] += (q0 * z0 + q1 * z1) + (q2 * z2 + q3 * z3);
      c[to2 + j] += (v0 * z0 + v1 * z1) + (v2 * z2 + v3 * z3);
      c[to3 + j] += (w0 * z0 + w1 * z1) + (w2 * z2 + w3 * z3);
    }
  }

  /** Four rows of one column of the left side. */
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
