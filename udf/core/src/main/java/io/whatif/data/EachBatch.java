/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.function.Consumer;

/**
 * Reads batches for work that sums nothing, as {@link Dataset#forEachBatch}; the pass itself stands
 * for the sum that stays empty.
 */
record EachBatch(Consumer<Batch> work) implements Pass<EachBatch, EachBatch>, Mergeable<EachBatch> {
  @Override
  public EachBatch zero() {
    return this;
  }

  @Override
  public void accumulate(Batch batch, EachBatch sum) {
    work.accept(batch);
  }

  @Override
  public EachBatch merge(EachBatch other) {
    return this;
  }

  @Override
  public EachBatch finish(EachBatch total) {
    return this;
  }
}
