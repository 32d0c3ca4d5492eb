/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

/**
 * A grown tree. Splits are numbered in preorder, and so are leaves. Split k sends a row of code c
 * to the left if {@code ((c - rotation) & 255) <= bin - rotation}: with rotation 0 NULL (code 0)
 * goes left, with rotation 1 right. A tree of l leaves has l - 1 splits; the left child of split k
 * begins with split k + 1 and k's first leaf, the right one that many splits and leaves behind as
 * the left one has leaves.
 *
 * @param leftLeaves of each split, leaves below its left child
 * @param feature of each split, its feature, and {@link #ROTATED} where NULL goes right
 * @param bin of each split, the largest code to the left
 * @param moments of each leaf, the means over the rows that fill it, leaf after leaf
 * @param leaves how many leaves there are
 */
public record Tree(int[] leftLeaves, short[] feature, byte[] bin, float[] moments, int leaves) {
  /** The bit of a split at which NULL goes right. */
  static final int ROTATED = 0x8000;

  /** Features there can be. */
  public static final int FEATURES = 0x7fff;

  /** The feature of a split. */
  public int featureOf(int split) {
    return feature[split] & FEATURES;
  }

  /** Whether NULL goes right at a split. */
  public boolean nullGoesRight(int split) {
    return (feature[split] & ROTATED) != 0;
  }
}
