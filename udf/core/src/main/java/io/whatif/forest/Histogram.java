/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

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

  /** Sums everything; gives how many codes there are. */
  int sum(Bound.Rows rows, byte[] code, Labels labels, boolean few) {
    int used = few ? occurring(rows, code, labels.rows) : all(rows.largest);
    for (int k = 0; k < used; k++) {
      int c = codes[k];
      rho[c] = 0;
      side[c] = 0;
      square[c] = 0;
      weight[c] = 0;
    }
    add(rows, code, labels, this);
    if (labels.weighted) {
      addWeights(rows, code, labels, weight);
    }
    return used;
  }

  private int all(int largest) {
    for (int c = 0; c <= largest; c++) {
      codes[c] = c;
    }
    return largest + 1;
  }

  private int occurring(Bound.Rows rows, byte[] code, int count) {
    mark(rows, code, count, occurs);
    int used = 0;
    for (int word = 0; word < occurs.length; word++) {
      for (long rest = occurs[word]; rest != 0; rest &= rest - 1) {
        codes[used++] = (word << 6) + Long.numberOfTrailingZeros(rest);
      }
      occurs[word] = 0;
    }
    return used;
  }

  private static void mark(Bound.Rows rows, byte[] code, int count, long[] occurs) {
    for (int j = 0; j < count; j++) {
      int c = code[rows.order[rows.from + j]] & 255;
      occurs[c >>> 6] |= 1L << c;
    }
  }

  private static void add(Bound.Rows rows, byte[] code, Labels labels, Histogram into) {
    int[] order = rows.order;
    int from = rows.from;
    int count = labels.rows;
    for (int j = 0; j < count; j++) {
      int c = code[order[from + j]] & 255;
      into.rho[c] += labels.rho[j];
      into.side[c] += labels.side[j];
      into.square[c] += labels.square[j];
    }
  }

  private static void addWeights(Bound.Rows rows, byte[] code, Labels labels, long[] into) {
    for (int j = 0; j < labels.rows; j++) {
      into[code[rows.order[rows.from + j]] & 255] += labels.weight[j];
    }
  }
}
