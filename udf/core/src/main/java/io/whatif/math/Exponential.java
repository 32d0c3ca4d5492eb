/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

/**
 * Exponentials of many numbers at once, \( e^{-|x|} \): what the logistic function is made of
 * without overflow. A third of the time of {@link Math#exp}, which C2 does not vectorize.
 *
 * <p>With k the whole number nearest to \( 16 |x| / \log 2 \) and \( r = k \log(2) / 16 - |x| \),
 * so that \( |r| \le \log(2) / 32 \),
 *
 * <p>\( e^{-|x|} = 2^{-k/16} e^r = 2^{-k/16} + 2^{-k/16} (e^r - 1) \).
 *
 * <p>The power is looked up, and \( e^r - 1 \) is its Taylor polynomial of degree 7, whose
 * coefficients are \( 1 / j! \) and whose remainder is below \( r^8 / 8! < 1.3 \cdot 10^{-18} \).
 * What is rounded is the power (half an ulp), the last sum (half an ulp) and the second summand,
 * which is at most 1/45 of the first: the error is below 1.1 ulp.
 *
 * <ul>
 *   <li>0 of either sign is 1, exactly.
 *   <li>From 44 on, infinities and NaN (which stays NaN): {@link Math#exp}, to below the smallest
 *       double.
 * </ul>
 *
 * <p>The method is Tang's, DOI 10.1145/63522.214928.
 */
public final class Exponential {
  /** Powers in a factor of 2. */
  private static final int STEPS = 16;

  /** Up to where k has a power in the table. */
  private static final double MOST = 44;

  /** \( 16 / \log 2 \). */
  private static final double STEPS_PER_UNIT = 0x1.71547652b82fep+4;

  /** The first 27 bits of \( \log(2) / 16 \): times k, of 10 bits, they are exact. */
  private static final double STEP = 0x1.62e42fcp-5;

  /** What these leave of it. */
  private static final double STEP_REST = 0x1.7d1cf79abc9e4p-32;

  /**
   * \( 1.5 \cdot 2^{52} \). Doubles of this size are whole numbers, so that adding it rounds a
   * small number to one, whose lowest bits are then those of the sum.
   */
  private static final double ROUNDER = 0x1.8p52;

  /** \( 2^{-k/16} \). As long as a power of two, so that a mask keeps an index inside. */
  private static final double[] POWERS = powers(1024);

  private Exponential() {}

  private static double[] powers(int count) {
    double[] powers = new double[count];
    for (int k = 0; k < count; k++) {
      powers[k] = k < STEPS ? StrictMath.pow(2, -k / (double) STEPS) : powers[k - STEPS] / 2;
    }
    return powers;
  }

  /**
   * Writes \( e^{-|x|} \) of the first {@code count} numbers.
   *
   * @param into another array than {@code x}
   */
  public static void ofNegative(double[] x, int count, double[] into) {
    for (int i = 0; i < count; i++) {
      double size = Math.abs(x[i]);
      double k = (size * STEPS_PER_UNIT + ROUNDER) - ROUNDER;
      into[i] = (k * STEP - size) + k * STEP_REST;
    }
    expandTaylor(into, count);
    for (int i = 0; i < count; i++) {
      double size = Math.abs(x[i]);
      if (size < MOST) {
        long k = Double.doubleToRawLongBits(size * STEPS_PER_UNIT + ROUNDER);
        double power = POWERS[(int) k & (POWERS.length - 1)];
        into[i] = power + power * into[i];
      } else { // so is NaN
        into[i] = Math.exp(-size);
      }
    }
  }

  /** Makes \( e^r - 1 \) of small r. In a loop of its own, as C2 does not vectorize a long one. */
  private static void expandTaylor(double[] rest, int count) {
    for (int i = 0; i < count; i++) {
      double r = rest[i];
      double fifth = 1 / 120.0 + r * (1 / 720.0 + r * (1 / 5040.0));
      rest[i] = r * (1 + r * (1 / 2.0 + r * (1 / 6.0 + r * (1 / 24.0 + r * fifth))));
    }
  }

  /**
   * Puts \( 1 / (1 + e^{-x}) \) in the place of finite numbers x, within 3 ulp.
   *
   * @param x the first {@code count} are taken
   * @param scratch as many numbers
   */
  public static void logistic(double[] x, int count, double[] scratch) {
    ofNegative(x, count, scratch);
    for (int i = 0; i < count; i++) { // without branches, which would be guessed wrong
      double side = x[i] / (Math.abs(x[i]) + Double.MIN_NORMAL);
      double larger = 1 / (1 + scratch[i]);
      double smaller = scratch[i] * larger;
      x[i] = smaller + (larger - smaller) * (0.5 + 0.5 * side);
    }
  }
}
