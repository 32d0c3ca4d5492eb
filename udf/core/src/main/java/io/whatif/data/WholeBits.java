/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/**
 * Whole numbers of 64 bits as doubles: the nearest double, and where that may stand for several of
 * them ({@link #isFar}) the number's last bits beside it.
 */
public final class WholeBits {
  /** The largest number up to which, and down to minus which, a double stands for one alone. */
  public static final long EXACT = (1L << 53) - 1;

  /** The mask of the last bits: numbers of one nearest double are less than half of it apart. */
  public static final int LAST = (1 << 12) - 1;

  private static final double SIGN = 0x1p63;

  private WholeBits() {}

  /** Whether the last bits are needed to know the number that is nearest to a double. */
  public static boolean isFar(double nearest) {
    return Math.abs(nearest) > EXACT;
  }

  /**
   * The 64 bits of a number, with a sign or without.
   *
   * @param nearest the double nearest to it
   * @param last its last bits; anything where the number is not far
   */
  public static long of(double nearest, double last) {
    if (!isFar(nearest)) {
      return (long) nearest;
    }
    long about = nearest < SIGN ? (long) nearest : (long) (nearest - 2 * SIGN);
    long apart = ((long) last - about) & LAST;
    return about + apart - (apart > LAST / 2 ? LAST + 1 : 0);
  }
}
