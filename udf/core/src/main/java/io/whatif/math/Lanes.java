/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sums of products of each two of some columns in 64 lanes a pair: row r of a block adds to the sum
 * r mod 64. Neighbouring rows so have nothing to do with each other, and the loop over them is
 * vectorized, which a single sum in the order of rows cannot be.
 *
 * <p>Order of summation: the rows of a block that share a lane, then the lanes; equal blocks give
 * equal bits. Memory: {@code 280 * width * (width + 1)} bytes.
 */
final class Lanes {
  /** Rows of a block at most. */
  static final int ROWS = 256;

  private static final int COUNT = 64;

  /**
   * What arrays are longer than they need be: those made one after the other then begin at the same
   * place of a cache line, and loads that do not cross two are faster by a fifth.
   */
  private static final int SPARE = 6;

  private final double[][] sums;
  private final double[] weighted;

  Lanes(int width) {
    sums = new double[width * (width + 1) / 2][];
    weighted = new double[ROWS + SPARE];
    for (int pair = 0; pair < sums.length; pair++) {
      sums[pair] = new double[COUNT + SPARE];
    }
  }

  /** Bytes that the sums of a matrix take. */
  static long bytes(int width) {
    return (long) (COUNT + SPARE) * Double.BYTES * width * (width + 1) / 2;
  }

  /** Room for a block of so many columns. */
  static double[][] block(int width) {
    return new double[width][ROWS + SPARE];
  }

  /** Whether so many rows are added faster here than one after the other. */
  static boolean suit(int rows) {
    return rows > COUNT;
  }

  /** Adds the products of rows, each by its weight, or 1; what stands behind them is made 0. */
  void add(double[][] x, double @Nullable [] weights, int rows) {
    int parts = (rows + COUNT - 1) / COUNT;
    Arrays.fill(weighted, rows, parts * COUNT, 0);
    int pair = 0;
    for (int i = 0; pair < sums.length; i++) {
      double[] own = x[i];
      Arrays.fill(own, rows, parts * COUNT, 0);
      if (weights != null) {
        for (int r = 0; r < rows; r++) {
          weighted[r] = weights[r] * own[r];
        }
        own = weighted;
      }
      add(own, x, i, pair, parts);
      pair += i + 1;
    }
  }

  /** Adds the products of a column with those up to the given. */
  private void add(double[] own, double[][] x, int last, int pair, int parts) {
    for (int j = 0; j <= last; j++) {
      switch (parts) {
        case 4 -> add4(own, x[j], sums[pair + j]);
        case 3 -> add3(own, x[j], sums[pair + j]);
        default -> add2(own, x[j], sums[pair + j]);
      }
    }
  }

  private static void add4(double[] a, double[] b, double[] into) {
    for (int l = 0; l < 64; l++) {
      into[l] +=
          (a[l] * b[l] + a[64 + l] * b[64 + l])
              + (a[128 + l] * b[128 + l] + a[192 + l] * b[192 + l]);
    }
  }

  private static void add3(double[] a, double[] b, double[] into) {
    for (int l = 0; l < 64; l++) {
      into[l] += (a[l] * b[l] + a[64 + l] * b[64 + l]) + a[128 + l] * b[128 + l];
    }
  }

  private static void add2(double[] a, double[] b, double[] into) {
    for (int l = 0; l < 64; l++) {
      into[l] += a[l] * b[l] + a[64 + l] * b[64 + l];
    }
  }

  /** Adds the sums to the lower triangle of a square matrix. */
  void addTo(double[] lower, int width) {
    int pair = 0;
    for (int i = 0; i < width; i++) {
      for (int j = 0; j <= i; j++) {
        lower[i * width + j] += total(sums[pair++]);
      }
    }
  }

  private static double total(double[] sums) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    for (int l = 0; l < COUNT; l += 4) {
      first += sums[l];
      second += sums[l + 1];
      third += sums[l + 2];
      fourth += sums[l + 3];
    }
    return (first + second) + (third + fourth);
  }
}
