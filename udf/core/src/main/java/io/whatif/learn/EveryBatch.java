/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;

/**
 * A pass over every {@code step}-th batch, from all over the data: the columns of others are not
 * read. Rows of one unit lie side by side, so that the first rows alone could be of few units.
 */
record EveryBatch<A extends Mergeable<A>, R>(Pass<A, R> pass, int step) implements Pass<A, R> {
  @Override
  public A zero() {
    return pass.zero();
  }

  @Override
  public void accumulate(Batch batch, A sum) {
    if (batch.firstRow() / Batch.CAPACITY % step == 0) {
      pass.accumulate(batch, sum);
    }
  }

  @Override
  public R finish(A total) {
    return pass.finish(total);
  }

  /** How many of so many rows are in the batches looked at. */
  static long rows(long all, int step) {
    long rows = 0;
    for (long from = 0; from < all; from += (long) step * Batch.CAPACITY) {
      rows += Math.min(Batch.CAPACITY, all - from);
    }
    return rows;
  }
}
