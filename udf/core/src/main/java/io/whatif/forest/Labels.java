/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

/**
 * What a node's split is chosen by, in whole numbers, so that sums do not depend on their order.
 * For each row of the node, in the order of its places: the pseudo-outcome \( g \rho \) and a count
 * of one in one long; the centred treatment \( g (z - \bar z) \) and whether it is below 0 in
 * another; \( g (z - \bar z)^2 \) in a third; and g in a fourth where rows have weights.
 */
final class Labels {
  final long[] rho;
  final long[] side;
  final long[] square;
  final long[] weight;

  /** Bits of counts. */
  final int bits;

  final boolean weighted;

  /** Rows of the node. */
  int rows;

  /** Rows with a treatment below the node's mean; 0 where sides do not matter. */
  int low;

  /** By what rho was multiplied. */
  double rhoScale;

  /** By what treatments were multiplied; their squares by its square. */
  double sideScale;

  /** By what weights are multiplied. */
  static final double WEIGHT_SCALE = 0x1p20;

  /** Room for the nodes of trees that so many rows grow. */
  Labels(int most, boolean weighted) {
    rho = new long[most];
    side = new long[most];
    square = new long[most];
    weight = new long[weighted ? most : 0];
    bits = 64 - Long.numberOfLeadingZeros(most);
    this.weighted = weighted;
  }

  /**
   * The largest power of two by which numbers up to {@code bound} can be multiplied, so that the
   * sum of {@code count} fits beside a count.
   */
  double scale(double bound, int count) {
    int exponent = 60 - bits - Math.getExponent(bound * count);
    return Math.scalb(1.0, Math.min(exponent, 500));
  }
}
