/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import java.util.Arrays;

/**
 * The largest gain \( (\sum_L \rho)^2 / (n_L n_R) \) of any cut of a feature whose children have
 * enough rows, where each row counts once. The sum over all rows of a node is 0, so that this is
 * the gain of {@link Splitter} but for the node's number of rows. Of a node with few rows only the
 * codes that occur are visited; whole numbers make that the same to the last bit.
 */
final class Bound {
  private static final int SIZE = 256;

  private final double[] inverse;

  /** Sums of a node with many rows; of no meaning before and after. */
  private final long[] many = new long[SIZE];

  /** Sums of a node with few rows; 0 before and after. */
  private final long[] few = new long[SIZE];

  private final long[] occurs = new long[SIZE / Long.SIZE];

  /** For nodes of at most so many rows. */
  Bound(int most) {
    inverse = new double[most + 1];
    for (int k = 1; k <= most; k++) {
      inverse[k] = 1.0 / k;
    }
  }

  /** 1 / n, 0 of 0. */
  double inverse(int count) {
    return inverse[count];
  }

  /**
   * The bound of a feature.
   *
   * @param labels of the node's rows
   * @param rows where these are
   * @param code of the feature
   * @param least rows of a child
   * @param small whether to visit only the codes that occur
   */
  double of(Labels labels, Rows rows, byte[] code, int least, boolean small) {
    if (small) {
      add(rows, code, labels, few, occurs);
      return scanFew(labels, least);
    }
    Arrays.fill(many, 0, rows.largest + 1, 0);
    add(rows, code, labels, many);
    double best = scan(many, 0, rows.largest, labels, inverse, least);
    return many[0] == 0
        ? best
        : Math.max(best, scan(many, 1, rows.largest, labels, inverse, least));
  }

  /** The rows of a node, and the largest code of the feature looked at. */
  static final class Rows {
    final int[] order;
    final int from;
    int largest;

    Rows(int[] order, int from) {
      this.order = order;
      this.from = from;
    }
  }

  private static void add(Rows rows, byte[] code, Labels labels, long[] sums) {
    int[] order = rows.order;
    int from = rows.from;
    long[] rho = labels.rho;
    int count = labels.rows;
    for (int j = 0; j < count; j++) {
      sums[code[order[from + j]] & 255] += rho[j];
    }
  }

  private static void add(Rows rows, byte[] code, Labels labels, long[] sums, long[] occurs) {
    int[] order = rows.order;
    int from = rows.from;
    long[] rho = labels.rho;
    int count = labels.rows;
    for (int j = 0; j < count; j++) {
      int c = code[order[from + j]] & 255;
      sums[c] += rho[j];
      occurs[c >>> 6] |= 1L << c;
    }
  }

  /** Cuts behind each code from the first on; codes before go right. */
  private static double scan(
      long[] sums, int first, int last, Labels labels, double[] inverse, int least) {
    int bits = labels.bits;
    int mask = (int) ((1L << bits) - 1);
    int rows = labels.rows;
    double best = 0;
    long left = 0;
    for (int c = first; c < last; c++) {
      left += sums[c];
      int count = (int) left & mask;
      double sum = left >> bits;
      double gain = sum * sum * (inverse[count] * inverse[rows - count]);
      if (gain > best && count >= least && rows - count >= least) {
        best = gain;
      }
    }
    return best;
  }

  /** The same over the codes that occur, whose sums become 0 again. */
  private double scanFew(Labels labels, int least) {
    long nulls = few[0];
    double best = visit(labels, least);
    if (nulls != 0) {
      few[0] = 0;
      occurs[0] &= -2;
      best = Math.max(best, visit(labels, least));
    }
    for (int word = 0; word < occurs.length; word++) {
      for (long rest = occurs[word]; rest != 0; rest &= rest - 1) {
        few[(word << 6) + Long.numberOfTrailingZeros(rest)] = 0;
      }
      occurs[word] = 0;
    }
    return best;
  }

  private double visit(Labels labels, int least) {
    int bits = labels.bits;
    int mask = (int) ((1L << bits) - 1);
    int rows = labels.rows;
    double best = 0;
    long left = 0;
    for (int word = 0; word < occurs.length; word++) {
      for (long rest = occurs[word]; rest != 0; rest &= rest - 1) {
        left += few[(word << 6) + Long.numberOfTrailingZeros(rest)];
        int count = (int) left & mask;
        double sum = left >> bits;
        double gain = sum * sum * (inverse[count] * inverse[rows - count]);
        if (gain > best && count >= least && rows - count >= least) {
          best = gain;
        }
      }
    }
    return best;
  }
}
