/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

/** What a forest estimates: how rows are labelled within a node, and what leaves keep of them. */
interface Relabelling {
  /**
   * Labels the rows of a node.
   *
   * @return whether the node can be split at all
   */
  boolean relabel(Sample sample, int from, int to, Labels into);

  /** Rows each child must have on either side of its parent's mean treatment; 0 if none. */
  int leastOnEachSide();

  /** Rows each child of a node of so many must have; a split is not looked for where it cannot. */
  int leastRows(int rows);

  /** How many means a leaf keeps. */
  int moments();

  /** The means over the rows that fill a leaf. */
  void fill(Sample sample, int from, int to, float[] into, int at);

  /** What is estimated from the rows of a forest: by how many responses there are. */
  static Relabelling of(ForestData data, ForestPlan plan) {
    return data.responses().length == 1
        ? new MeanRelabelling(data, plan)
        : new EffectRelabelling(data, plan.minNodeSize());
  }

  /** Without the last 8 of a float's 24 bits, rounded, which is how leaves are stored. */
  static float shortened(double value) {
    return Float.intBitsToFloat((Float.floatToRawIntBits((float) value) + 0x80) & 0xffffff00);
  }
}
