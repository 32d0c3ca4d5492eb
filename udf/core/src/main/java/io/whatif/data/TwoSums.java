/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/** The partial sums of two passes over the same rows. */
public record TwoSums<A extends Mergeable<A>, B extends Mergeable<B>>(A first, B second)
    implements Mergeable<TwoSums<A, B>> {
  @Override
  public TwoSums<A, B> merge(TwoSums<A, B> other) {
    return new TwoSums<>(first.merge(other.first), second.merge(other.second));
  }
}
