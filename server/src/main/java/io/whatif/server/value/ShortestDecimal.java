/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.value;

import java.math.BigInteger;

/**
 * The shortest decimal that reads as a double or a float again, and of those the closest to it. As
 * in PostgreSQL it reads so under any rule of rounding halves: 1e23, which is half way between two
 * doubles, is 9.999999999999999e+22.
 *
 * <p>Of {@code v = c * 2^q} the interval of numbers that round to {@code v}, without its ends, is
 * scaled by a power of ten so that it holds at least one and at most ten whole numbers. Products
 * with powers of ten are taken from 126 bits of these, rounded up, with a sticky bit, which
 * suffices to compare exactly.
 *
 * <p>Source: R. Giulietti, The Schubfach way to render doubles (2020), sections 8 and 9.
 */
final class ShortestDecimal {
  private static final long LOW_63 = Long.MAX_VALUE;

  private static final int LEAST_POWER = -292;
  private static final int MOST_POWER = 324;
  private static final int POWER_BITS = 126;

  /** Powers of ten from {@link #LEAST_POWER}: 63 high bits and 63 low ones of each. */
  private static final long[] POWERS = powers();

  /** 10^1 to 10^18, to count digits by. */
  private static final long[] TENS = tens();

  private ShortestDecimal() {}

  private static long[] tens() {
    long[] tens = new long[18];
    long ten = 1;
    for (int i = 0; i < tens.length; i++) {
      ten *= 10;
      tens[i] = ten;
    }
    return tens;
  }

  private static long[] powers() {
    long[] powers = new long[2 * (MOST_POWER - LEAST_POWER + 1)];
    for (int k = LEAST_POWER; k <= MOST_POWER; k++) {
      BigInteger ten = BigInteger.TEN.pow(Math.abs(k));
      int shift = POWER_BITS - 1 - log2OfPow10(k);
      BigInteger scaled;
      if (k >= 0) {
        scaled = shift >= 0 ? ten.shiftLeft(shift) : ten.shiftRight(-shift);
      } else {
        scaled = BigInteger.ONE.shiftLeft(shift).divide(ten);
      }
      BigInteger up = scaled.add(BigInteger.ONE);
      int at = 2 * (k - LEAST_POWER);
      powers[at] = up.shiftRight(63).longValue();
      powers[at + 1] = up.longValue() & LOW_63;
    }
    return powers;
  }

  /** floor(log10(2^e)). */
  private static int log10OfPow2(int e) {
    return (int) ((e * 661_971_961_083L) >> 41);
  }

  /** floor(log10(3/4 * 2^e)). */
  private static int log10OfThreeQuartersOfPow2(int e) {
    return (int) ((e * 661_971_961_083L - 274_743_187_321L) >> 41);
  }

  /** floor(log2(10^e)). */
  private static int log2OfPow10(int e) {
    return (int) ((e * 913_124_641_741L) >> 38);
  }

  /** The product of a power of ten and a scaled number, rounded to odd. */
  private static long product(long high, long low, long scaled) {
    long carried = ((high * scaled) >>> 1) + Math.multiplyHigh(low, scaled);
    long whole = Math.multiplyHigh(high, scaled) + (carried >>> 63);
    return whole | (((carried & LOW_63) + LOW_63) >>> 63);
  }

  /**
   * Appends a positive number that is finite.
   *
   * @param exponentFrom from that power of ten on it is written with an exponent
   */
  static void append(StringBuilder text, double value, int exponentFrom) {
    append(text, Double.doubleToRawLongBits(value), 52, -1074, exponentFrom);
  }

  /** As of a double. */
  static void append(StringBuilder text, float value, int exponentFrom) {
    append(text, Float.floatToRawIntBits(value), 23, -149, exponentFrom);
  }

  private static void append(
      StringBuilder text, long bits, int fractionBits, int leastExponent, int exponentFrom) {
    long hidden = 1L << fractionBits;
    int biased = (int) (bits >>> fractionBits);
    long fraction = bits & (hidden - 1);
    long c = biased > 0 ? fraction | hidden : fraction;
    int q = biased > 0 ? biased + leastExponent - 1 : leastExponent;
    boolean regular = c != hidden || q == leastExponent;
    int k = regular ? log10OfPow2(q) : log10OfThreeQuartersOfPow2(q);
    int h = q + log2OfPow10(-k) + 2;
    int at = 2 * (-k - LEAST_POWER);
    long high = POWERS[at];
    long low = POWERS[at + 1];
    long middle = product(high, low, c << (2 + h));
    long left = product(high, low, ((c << 2) - (regular ? 2 : 1)) << h);
    long right = product(high, low, ((c << 2) + 2) << h);
    digits(text, closest(middle, left, right), k, exponentFrom);
  }

  /** The number to be written, of which the last digit may be a 0 that is dropped later. */
  private static long closest(long middle, long left, long right) {
    long s = middle >> 2;
    if (s >= 100) {
      long ten = s / 10 * 10;
      boolean below = left < ten << 2;
      boolean above = (ten + 10) << 2 < right;
      if (below != above) {
        return below ? ten : ten + 10;
      }
    }
    boolean below = left < s << 2;
    boolean above = (s + 1) << 2 < right;
    if (below != above) {
      return below ? s : s + 1;
    }
    long half = middle - ((s + s + 1) << 1);
    return half < 0 || (half == 0 && (s & 1) == 0) ? s : s + 1;
  }

  /** Appends {@code number * 10^power}. */
  private static void digits(StringBuilder text, long number, int power, int exponentFrom) {
    long digits = number;
    int scale = power;
    while (digits % 10 == 0) {
      digits /= 10;
      scale++;
    }
    int count = 1;
    while (count <= TENS.length && digits >= TENS[count - 1]) {
      count++;
    }
    int exponent = count - 1 + scale;
    int start = text.length();
    if (exponent < Decimals.SMALLEST_PLAIN || exponent >= exponentFrom) {
      text.append(digits);
      if (count > 1) {
        text.insert(start + 1, '.');
      }
      text.append(exponent < 0 ? "e-" : "e+").append(Math.abs(exponent) < 10 ? "0" : "");
      text.append(Math.abs(exponent));
    } else if (exponent < 0) {
      text.append("0.");
      for (int i = -1; i > exponent; i--) {
        text.append('0');
      }
      text.append(digits);
    } else {
      text.append(digits);
      for (int i = 0; i < scale; i++) {
        text.append('0');
      }
      if (scale < 0) {
        text.insert(start + count + scale, '.');
      }
    }
  }
}
