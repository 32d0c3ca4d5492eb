/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import java.math.BigInteger;

/**
 * A sum of doubles without rounding, so that it does not depend on the order in which they are
 * added: \( \sum_i x_i \) to the nearest double.
 *
 * <p>Edge cases: an empty sum is 0; one with an infinite number or NaN in it is NaN.
 *
 * <p>Method: a fixed-point number wide enough for every double, in digits of 32 bits that are held
 * in 64 bits each, so that carries are seldom taken. Cost: three additions a number; 540 bytes.
 * Source: Neal 2015, "Fast exact summation using small and large superaccumulators",
 * arXiv:1505.05571.
 */
public final class ExactSum {
  /** The exponent of the last bit of the smallest double. */
  private static final int LOWEST = -1074;

  private static final int DIGIT_BITS = 32;
  private static final long DIGIT = 0xFFFFFFFFL;
  private static final int DIGITS = 68;

  /** Additions before digits might overflow: each adds less than 2^32 to one of 63 bits. */
  private static final int SPELL = 1 << 30;

  private static final int MANTISSA_BITS = 52;
  private static final long MANTISSA = (1L << MANTISSA_BITS) - 1;

  private final long[] digits = new long[DIGITS];
  private int added;
  private boolean undefined;

  /** Adds a number. */
  public void add(double x) {
    long bits = Double.doubleToRawLongBits(x);
    int exponent = (int) (bits >>> MANTISSA_BITS) & 0x7FF;
    long mantissa = bits & MANTISSA;
    if (exponent == 0x7FF) {
      undefined = true;
      return;
    }
    if (exponent > 0) {
      mantissa |= MANTISSA + 1;
      exponent--;
    }
    int digit = exponent / DIGIT_BITS;
    int shift = exponent % DIGIT_BITS;
    long low = (mantissa << shift) & DIGIT;
    long rest = mantissa >>> (DIGIT_BITS - shift);
    if (bits < 0) {
      digits[digit] -= low;
      digits[digit + 1] -= rest & DIGIT;
      digits[digit + 2] -= rest >>> DIGIT_BITS;
    } else {
      digits[digit] += low;
      digits[digit + 1] += rest & DIGIT;
      digits[digit + 2] += rest >>> DIGIT_BITS;
    }
    if (++added == SPELL) {
      carry();
    }
  }

  /** Adds the exact square of a number: the rounded product and what rounding took from it. */
  public void addSquare(double x) {
    double square = x * x;
    add(square);
    add(Math.fma(x, x, -square));
  }

  /** Adds all that was added to {@code other}. */
  public void add(ExactSum other) {
    carry();
    other.carry();
    for (int d = 0; d < DIGITS; d++) {
      digits[d] += other.digits[d];
    }
    added = 2;
    undefined |= other.undefined;
  }

  private void carry() {
    for (int d = 0; d + 1 < DIGITS; d++) {
      digits[d + 1] += digits[d] >> DIGIT_BITS;
      digits[d] &= DIGIT;
    }
    added = 1;
  }

  /** The sum, rounded once. */
  public double value() {
    return undefined ? Double.NaN : round(exact(), LOWEST);
  }

  /** The sum over {@code count}, rounded twice. */
  public double mean(long count) {
    return value() / count;
  }

  /**
   * The variance \( \frac{1}{n - 1} \sum (x_i - \bar x)^2 \) of {@code count} numbers, in which
   * nothing cancels but exactly; NaN for fewer than two.
   *
   * @param sum of the numbers
   * @param squares what {@link #addSquare} summed of the same numbers
   */
  public static double variance(ExactSum sum, ExactSum squares, long count) {
    if (count < 2 || sum.undefined || squares.undefined) {
      return Double.NaN;
    }
    // n(n - 1) times the variance is n sum x^2 - (sum x)^2; both scaled by 2^(2 LOWEST)
    BigInteger n = BigInteger.valueOf(count);
    BigInteger total = sum.exact();
    BigInteger scaled =
        squares.exact().multiply(n).shiftLeft(-LOWEST).subtract(total.multiply(total));
    return Math.max(0, round(scaled, 2 * LOWEST)) / count / (count - 1);
  }

  /** The sum times 2^1074, a whole number. */
  private BigInteger exact() {
    carry();
    BigInteger whole = BigInteger.ZERO;
    for (int d = DIGITS - 1; d >= 0; d--) {
      whole = whole.shiftLeft(DIGIT_BITS).add(BigInteger.valueOf(digits[d]));
    }
    return whole;
  }

  /** The double nearest to {@code whole} times 2^exponent. */
  private static double round(BigInteger whole, int exponent) {
    int extra = whole.abs().bitLength() - 62;
    if (extra <= 0) {
      return Math.scalb((double) whole.longValueExact(), exponent);
    }
    BigInteger size = whole.abs();
    long kept = size.shiftRight(extra).longValueExact();
    if (size.getLowestSetBit() < extra) {
      kept |= 1; // what is cut off breaks ties
    }
    double rounded = Math.scalb((double) kept, exponent + extra);
    return whole.signum() < 0 ? -rounded : rounded;
  }
}
