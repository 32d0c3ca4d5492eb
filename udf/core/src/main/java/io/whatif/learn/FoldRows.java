/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;

/** The rows of a batch, grouped by fold and in order within each. Scratch of one thread. */
public final class FoldRows {
  private final Folds folds;
  private final int[] fold = new int[Batch.CAPACITY];
  private final int[] rows = new int[Batch.CAPACITY];
  private final int[] start;

  public FoldRows(Folds folds) {
    this.folds = folds;
    this.start = new int[folds.count() + 1];
  }

  /** Groups the rows of {@code batch}; what was grouped before is forgotten. */
  public void group(Batch batch) {
    folds.read(batch.firstRow(), batch.rows(), fold);
    java.util.Arrays.fill(start, 0);
    count(fold, batch.rows(), start);
    for (int k = 1; k < start.length; k++) {
      start[k] += start[k - 1];
    }
    place(fold, batch.rows(), start.clone(), rows);
  }

  /** Counts the rows of each fold, behind its place. */
  private static void count(int[] fold, int count, int[] behind) {
    for (int i = 0; i < count; i++) {
      behind[fold[i] + 1]++;
    }
  }

  /** Writes each row to the next place of its fold. */
  private static void place(int[] fold, int count, int[] next, int[] rows) {
    for (int i = 0; i < count; i++) {
      rows[next[fold[i]]++] = i;
    }
  }

  /** Places of rows in the batch; fold k has those from {@code start(k)} to {@code start(k+1)}. */
  public int[] rows() {
    return rows;
  }

  int folds() {
    return folds.count();
  }

  /** Where the rows of a fold begin in {@link #rows}. */
  public int start(int fold) {
    return start[fold];
  }

  /** Something done with some rows of one fold. */
  @FunctionalInterface
  public interface Block {
    /** Takes the rows at places {@code from..to-1} of {@link #rows}. */
    void take(int from, int to, int fold);
  }

  /** Goes through the rows fold by fold, at most {@link Basis.Block#ROWS} at a time. */
  public void forEachBlock(Block block) {
    for (int k = 0; k < folds.count(); k++) {
      int end = start(k + 1);
      for (int from = start(k); from < end; from += Basis.Block.ROWS) {
        block.take(from, Math.min(end, from + Basis.Block.ROWS), k);
      }
    }
  }

  /** The places 0..capacity-1, for work that needs no grouping. */
  static int[] all() {
    int[] all = new int[Batch.CAPACITY];
    java.util.Arrays.setAll(all, i -> i);
    return all;
  }
}
