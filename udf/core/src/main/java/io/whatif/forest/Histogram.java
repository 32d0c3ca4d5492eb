/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import java.util.Arrays;

/**
 * Sums of {@link Labels} by code. Of a node with few rows only the codes that occur are visited; of
 * others all up to the feature's largest. The sums are whole numbers and the same either way.
 */
final class Histogram {
  private static final int SIZE = 256;

  final long[] rho = new long[SIZE];
  final long[] side = new long[SIZE];
  final long[] square = new long[SIZE];
  final long[] weight = new long[SIZE];

  /** The codes that were summed, ascending. */
  final int[] codes = new int[SIZE];

  private final long[] occurs = new long[SIZE / Long.SIZE];

  /** Sums rho and, where rows have weights, these; gives how many codes there are. */
  int sum(int[] order, int from, byte[] code, Labels labels, int largest, boolean few) {
    int used = prepare(order, from, code, labels.rows, largest, few);
    add(order, from, code, labels.rho, labels.rows, rho);
    if (labels.weighted) {
      add(order, from, code, labels.weight, labels.rows, weight);
    }
    return used;
  }

  /** Sums everything; gives how many codes there are. */
  int sumAll(int[] order, int from, byte[] code, Labels labels, int largest, boolean few) {
    int used = sum(order, from, code, labels, largest, few);
    add(order, from, code, labels.side, labels.rows, side);
    add(order, from, code, labels.square, labels.rows, square);
    return used;
  }

  /** Finds the codes to visit, and makes their sums 0. */
  private int prepare(int[] order, int from, byte[] code, int rows, int largest, boolean few) {
    if (few) {
      int used = occurring(order, from, code, rows);
      for (int k = 0; k < used; k++) {
        int c = codes[k];
        rho[c] = 0;
        side[c] = 0;
        square[c] = 0;
        weight[c] = 0;
      }
      return used;
    }
    Arrays.fill(rho, 0, largest + 1, 0);
    Arrays.fill(side, 0, largest + 1, 0);
    Arrays.fill(square, 0, largest + 1, 0);
    Arrays.fill(weight, 0, largest + 1, 0);
    for (int c = 0; c <= largest; c++) {
      codes[c] = c;
    }
    return largest + 1;
  }

  private int occurring(int[] order, int from, byte[] code, int rows) {
    mark(order, from, code, rows, occurs);
    int used = 0;
    for (int word = 0; word < occurs.length; word++) {
      long left = occurs[word];
      occurs[word] = 0;
      while (left != 0) {
        codes[used++] = word * Long.SIZE + Long.numberOfTrailingZeros(left);
        left &= left - 1;
      }
    }
    return used;
  }

  private static void mark(int[] order, int from, byte[] code, int rows, long[] occurs) {
    for (int j = 0; j < rows; j++) {
      int c = code[order[from + j]] & 255;
      occurs[c >>> 6] |= 1L << c;
    }
  }

  private static void add(
      int[] order, int from, byte[] code, long[] labels, int rows, long[] into) {
    for (int j = 0; j < rows; j++) {
      into[code[order[from + j]] & 255] += labels[j];
    }
  }
}
