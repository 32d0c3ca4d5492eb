/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sums over rows, a few rows at a time and ranges of them side by side; the bits do not depend on
 * the threads.
 */
public final class RowSums {
  /** Rows of a block: few, so that a loop over them is soon compiled. */
  public static final int BLOCK = 256;

  private RowSums() {}

  /** What some rows add to sums. Each range of rows has one of its own, which one thread uses. */
  @FunctionalInterface
  public interface Block {
    /** Adds the rows {@code from..to-1}, at most {@link #BLOCK}. */
    void add(int from, int to, double[] sums);
  }

  /**
   * The sums.
   *
   * @param run whose threads work; null for this thread alone
   * @param count how many sums there are
   * @param block makes what adds the rows of a range
   */
  public static double[] of(@Nullable Run run, int rows, int count, Supplier<Block> block) {
    double[] all = new double[count];
    for (double[] part :
        Parallel.ofRanges(run, rows, block, (own, from, to) -> ofRange(from, to, count, own))) {
      for (int k = 0; k < count; k++) {
        all[k] += part[k];
      }
    }
    return all;
  }

  private static double[] ofRange(int from, int to, int count, Block block) {
    double[] sums = new double[count];
    for (int start = from; start < to; start += BLOCK) {
      block.add(start, Math.min(to, start + BLOCK), sums);
    }
    return sums;
  }
}
