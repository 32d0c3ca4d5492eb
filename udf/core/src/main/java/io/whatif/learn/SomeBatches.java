/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.RowSample;

/**
 * A pass over some batches, drawn from all over the data: the columns of others are not read.
 *
 * @param drawn the batches looked at, of all
 */
record SomeBatches<A extends Mergeable<A>, R>(Pass<A, R> pass, RowSample drawn)
    implements Pass<A, R> {
  /** A pass over one of {@code step} batches of so many rows. */
  static <A extends Mergeable<A>, R> SomeBatches<A, R> of(Pass<A, R> pass, long rows, int step) {
    return new SomeBatches<>(pass, drawn(rows, step));
  }

  private static RowSample drawn(long rows, int step) {
    long batches = (rows + Batch.CAPACITY - 1) / Batch.CAPACITY;
    return RowSample.of(batches, (batches + step - 1) / step);
  }

  @Override
  public A zero() {
    return pass.zero();
  }

  @Override
  public void accumulate(Batch batch, A sum) {
    if (drawn.has(batch.firstRow() / Batch.CAPACITY)) {
      pass.accumulate(batch, sum);
    }
  }

  @Override
  public R finish(A total) {
    return pass.finish(total);
  }

  /** How many of so many rows are in the batches looked at. */
  static long rows(long all, int step) {
    RowSample drawn = drawn(all, step);
    long rows = 0;
    for (int place = 0; place < drawn.size(); place++) {
      rows += Math.min(Batch.CAPACITY, all - drawn.row(place) * Batch.CAPACITY);
    }
    return rows;
  }
}
