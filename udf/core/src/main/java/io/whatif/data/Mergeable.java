/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/** A partial sum. Merging is associative up to rounding, and an untouched sum is neutral. */
public interface Mergeable<A extends Mergeable<A>> {
  /** Adds {@code other} into this and returns this; {@code other} is not used afterwards. */
  A merge(A other);
}
