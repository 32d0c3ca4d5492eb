/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Arrays to read a chunk into, used again by the next chunk: they are still in the processor's
 * cache then. Safe for use by several threads; holds one set for each that scores.
 */
final class SpareColumns {
  private final ConcurrentLinkedQueue<double[][]> spare = new ConcurrentLinkedQueue<>();

  /** At least {@code columns} arrays of at least {@code rows}, with anything in them. */
  double[][] take(int columns, int rows) {
    double @Nullable [][] known = spare.poll();
    return known != null && known.length >= columns && known[0].length >= rows
        ? known
        : new double[columns][rows];
  }

  /** Gives back what was taken. */
  void give(double[][] columns) {
    spare.add(columns);
  }
}
