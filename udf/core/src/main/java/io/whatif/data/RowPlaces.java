/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/**
 * Which rows of a relation are read, and in which order: the row at each place. Either runs of rows
 * as they arrived ({@link AscendingRuns}, a few bytes), or any rows at all ({@link ListedPlaces}, 4
 * bytes each).
 */
public sealed interface RowPlaces permits AscendingRuns, ListedPlaces {
  /** How many places there are. */
  int size();

  /** Gives the rows at the places from {@code from} on. */
  void read(int from, int count, int[] into);

  /** 64 bits that differ where rows or their order do, but by chance. */
  long hash(Run run);

  /** The row at each place, in an array of the caller's own. */
  default int[] toArray() {
    int[] rows = new int[size()];
    read(0, rows.length, rows);
    return rows;
  }

  /** The value at each place, of one for each row of the relation. */
  default double[] of(double[] values) {
    double[] own = new double[size()];
    int[] rows = new int[Math.min(own.length, Batch.CAPACITY)];
    for (int at = 0; at < own.length; at += Math.min(rows.length, own.length - at)) {
      int count = Math.min(rows.length, own.length - at);
      read(at, count, rows);
      for (int i = 0; i < count; i++) {
        own[at + i] = values[rows[i]];
      }
    }
    return own;
  }
}
