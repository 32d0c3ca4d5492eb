/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/** Two passes in one reading of the data, see {@link Pass#with}. */
record TwoPasses<A extends Mergeable<A>, B extends Mergeable<B>, R, S>(
    Pass<A, R> first, Pass<B, S> second) implements Pass<TwoSums<A, B>, Pass.Both<R, S>> {
  @Override
  public TwoSums<A, B> zero() {
    return new TwoSums<>(first.zero(), second.zero());
  }

  @Override
  public void accumulate(Batch batch, TwoSums<A, B> sum) {
    first.accumulate(batch, sum.first());
    second.accumulate(batch, sum.second());
  }

  @Override
  public Both<R, S> finish(TwoSums<A, B> total) {
    return new Both<>(first.finish(total.first()), second.finish(total.second()));
  }
}
