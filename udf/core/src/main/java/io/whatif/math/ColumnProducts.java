/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import java.util.Arrays;

/**
 * A block of rows that lie column by column, times a vector from the right, \( X b \), or from the
 * left, \( X^\top a \). Several columns at a time, so that what they share is loaded once; every
 * sum is made in the order of columns, or of rows, so that no bit depends on how many those are.
 */
public final class ColumnProducts {
  private ColumnProducts() {}

  /**
   * Writes \( \sum_j b_j x_{rj} \) of each of the first {@code rows} rows.
   *
   * @param x at least as many columns as {@code b} has entries
   */
  public static void combine(double[][] x, double[] b, int rows, double[] into) {
    Arrays.fill(into, 0, rows, 0);
    int j = 0;
    for (; j + 2 <= b.length; j += 2) {
      combine2(x, b, j, rows, into);
    }
    if (j < b.length) {
      double[] own = x[j];
      double by = b[j];
      for (int r = 0; r < rows; r++) {
        into[r] += by * own[r];
      }
    }
  }

  /** No more than two: the loop of four is too long for C2 to vectorize with few nodes allowed. */
  private static void combine2(double[][] x, double[] b, int j, int rows, double[] into) {
    double[] x0 = x[j];
    double[] x1 = x[j + 1];
    double b0 = b[j];
    double b1 = b[j + 1];
    for (int r = 0; r < rows; r++) {
      into[r] = (into[r] + b0 * x0[r]) + b1 * x1[r];
    }
  }

  /**
   * Adds \( \sum_r a_r x_{rj} \) over the first {@code rows} rows to each entry of {@code into}.
   *
   * @param x at least as many columns as {@code into} has entries
   */
  public static void addSums(double[][] x, double[] a, int rows, double[] into) {
    int j = 0;
    for (; j + 7 <= into.length; j += 7) {
      addSums7(x, a, j, rows, into);
    }
    for (; j + 4 <= into.length; j += 4) {
      addSums4(x, a, j, rows, into);
    }
    for (; j < into.length; j++) {
      double[] own = x[j];
      double s = 0;
      for (int r = 0; r < rows; r++) {
        s += a[r] * own[r];
      }
      into[j] += s;
    }
  }

  /** Seven sums in registers: three for each addition that takes three cycles, or nearly so. */
  private static void addSums7(double[][] x, double[] a, int j, int rows, double[] into) {
    double[] x0 = x[j];
    double[] x1 = x[j + 1];
    double[] x2 = x[j + 2];
    double[] x3 = x[j + 3];
    double[] x4 = x[j + 4];
    double[] x5 = x[j + 5];
    double[] x6 = x[j + 6];
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    for (int r = 0; r < rows; r++) {
      double w = a[r];
      s0 += w * x0[r];
      s1 += w * x1[r];
      s2 += w * x2[r];
      s3 += w * x3[r];
      s4 += w * x4[r];
      s5 += w * x5[r];
      s6 += w * x6[r];
    }
    into[j] += s0;
    into[j + 1] += s1;
    into[j + 2] += s2;
    into[j + 3] += s3;
    into[j + 4] += s4;
    into[j + 5] += s5;
    into[j + 6] += s6;
  }

  private static void addSums4(double[][] x, double[] a, int j, int rows, double[] into) {
    double[] x0 = x[j];
    double[] x1 = x[j + 1];
    double[] x2 = x[j + 2];
    double[] x3 = x[j + 3];
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    for (int r = 0; r < rows; r++) {
      double w = a[r];
      s0 += w * x0[r];
      s1 += w * x1[r];
      s2 += w * x2[r];
      s3 += w * x3[r];
    }
    into[j] += s0;
    into[j + 1] += s1;
    into[j + 2] += s2;
    into[j + 3] += s3;
  }
}
