/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Counter-based random numbers: every value is a pure function of {@code (seed, index)}, so the
 * same arguments give the same bits in any order and on any thread.
 *
 * <p>The mixer is the 64-bit finaliser "variant 13" of D. Stafford, as used by SplitMix64 (Steele,
 * Lea and Flood 2014, doi:10.1145/2714064.2660195).
 */
public final class Mix {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final NormalDistribution STANDARD_NORMAL = NormalDistribution.of(0, 1);

  private Mix() {}

  /** A bijective scrambling of the 64 bits of {@code z}. */
  public static long mix(long z) {
    long x = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  /** The 64 random bits at {@code index} of the stream {@code seed}. */
  public static long mix(long seed, long index) {
    return mix(mix(seed + GOLDEN) ^ mix(index * GOLDEN + GOLDEN));
  }

  /** A uniform number in the open interval (0, 1): multiples of 2^-53, shifted by half a step. */
  public static double uniform(long seed, long index) {
    return ((mix(seed, index) >>> 11) + 0.5) * 0x1p-53;
  }

  /** A standard normal number, by inversion of {@link #uniform}. */
  public static double normal(long seed, long index) {
    return STANDARD_NORMAL.inverseCumulativeProbability(uniform(seed, index));
  }

  /** The bucket 0..buckets-1 of {@code index}, each equally likely. */
  public static int bucket(long seed, long index, int buckets) {
    return (int) Long.remainderUnsigned(mix(seed, index), buckets);
  }
}
