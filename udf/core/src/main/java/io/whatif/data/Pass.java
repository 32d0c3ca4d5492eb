/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/**
 * One reading of the data: what to sum over a batch, how to start, and what the total means. A pass
 * is stateless but for what it was constructed with; {@link #accumulate} may run on several threads
 * at once, each with a sum of its own.
 */
public interface Pass<A extends Mergeable<A>, R> {
  /** A neutral sum. */
  A zero();

  /** Adds the rows of {@code batch} into {@code sum}. */
  void accumulate(Batch batch, A sum);

  /** What the merged total means. */
  R finish(A total);

  /** What two passes find, each what it finds alone. */
  record Both<R, S>(R first, S second) {}

  /** This pass and another in one reading: each column of a batch is read once for both. */
  default <B extends Mergeable<B>, S> Pass<?, Both<R, S>> with(Pass<B, S> other) {
    return new TwoPasses<>(this, other);
  }
}
