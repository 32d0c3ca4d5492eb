/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.value;

import io.whatif.server.wire.BackendWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Numbers as PostgreSQL prints them, and NUMERIC in its binary format of digits to base 10,000. */
final class Decimals {
  private static final int BASE_DIGITS = 4;
  private static final BigInteger BASE = BigInteger.valueOf(10_000);
  private static final int MOST_DIGITS = 38;

  /** More digits than a double or a DECIMAL has. */
  private static final int BEYOND_ALL = 2_000;

  private static final int LONGEST_TEXT = 1 << 15;
  private static final String TOO_LONG =
      "numeric has at most 38 digits, and as many after the point";

  private static final int NEGATIVE = 0x4000;
  private static final int NOT_A_NUMBER = 0xC000;

  /** From that power of ten on float8 has an exponent; float4 from {@link #SINGLE}. */
  private static final int DOUBLE = 15;

  private static final int SINGLE = 6;
  static final int SMALLEST_PLAIN = -4;

  private Decimals() {}

  /** The shortest digits that read as {@code value} again. */
  static String text(double value) {
    String special = special(value);
    if (special != null) {
      return special;
    }
    StringBuilder text = new StringBuilder(24).append(value < 0 ? "-" : "");
    ShortestDecimal.append(text, Math.abs(value), DOUBLE);
    return text.toString();
  }

  static String text(float value) {
    String special = special(value);
    if (special != null) {
      return special;
    }
    StringBuilder text = new StringBuilder(16).append(value < 0 ? "-" : "");
    ShortestDecimal.append(text, Math.abs(value), SINGLE);
    return text.toString();
  }

  private static @Nullable String special(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "Infinity" : "-Infinity";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    return null;
  }

  /** Writes the binary format, without the length before it. */
  static void write(BigDecimal value, BackendWriter out) {
    int scale = Math.max(0, value.scale());
    int padding = (BASE_DIGITS - scale % BASE_DIGITS) % BASE_DIGITS;
    BigInteger rest = value.setScale(scale + padding).unscaledValue().abs();
    int fractions = (scale + padding) / BASE_DIGITS;
    Deque<Integer> digits = new ArrayDeque<>();
    while (rest.signum() != 0) {
      BigInteger[] parts = rest.divideAndRemainder(BASE);
      digits.addFirst(parts[1].intValue());
      rest = parts[0];
    }
    int weight = digits.size() - fractions - 1;
    while (!digits.isEmpty() && digits.getLast() == 0) {
      digits.removeLast();
    }
    out.int16(digits.size());
    out.int16(digits.isEmpty() ? 0 : weight);
    out.int16(value.signum() < 0 ? NEGATIVE : 0).int16(scale);
    digits.forEach(out::int16);
  }

  /**
   * The number as DuckDB's DECIMAL, which has 38 digits.
   *
   * @throws ArithmeticException if it has more
   */
  static BigDecimal held(BigDecimal value) {
    if (value.signum() == 0) {
      return value.setScale(Math.max(0, Math.min(MOST_DIGITS, value.scale())));
    }
    if (wholeDigits(value) > MOST_DIGITS || value.precision() > BEYOND_ALL) {
      throw new ArithmeticException(TOO_LONG);
    }
    BigDecimal number =
        value.scale() > MOST_DIGITS || value.precision() > MOST_DIGITS
            ? value.stripTrailingZeros()
            : value;
    number = number.scale() < 0 ? number.setScale(0) : number;
    if (number.scale() > MOST_DIGITS || number.precision() > MOST_DIGITS) {
      throw new ArithmeticException(TOO_LONG);
    }
    return number;
  }

  private static long wholeDigits(BigDecimal value) {
    return (long) value.precision() - value.scale();
  }

  /**
   * Reads the text of a number. Java reads many digits in quadratic time.
   *
   * @throws ArithmeticException if they are more than any type has a use for
   */
  static BigDecimal read(String text) {
    if (text.length() > LONGEST_TEXT) {
      throw new ArithmeticException(TOO_LONG);
    }
    return new BigDecimal(text);
  }

  /**
   * The double nearest to the number.
   *
   * @throws ArithmeticException if it is beyond all of them
   */
  static double real(BigDecimal value) {
    double nearest = value.doubleValue();
    if (Double.isInfinite(nearest)) {
      throw new ArithmeticException("double precision ends at 1e308");
    }
    return nearest;
  }

  /** Reads the binary format. */
  static BigDecimal read(ByteBuffer in) {
    int count = in.getShort();
    int weight = in.getShort();
    int sign = in.getShort() & 0xffff;
    int scale = in.getShort();
    if ((sign & NOT_A_NUMBER) == NOT_A_NUMBER) {
      throw new IllegalArgumentException("DuckDB has no decimal that is NaN or infinite");
    }
    BigInteger unscaled = BigInteger.ZERO;
    for (int i = 0; i < count; i++) {
      unscaled = unscaled.multiply(BASE).add(BigInteger.valueOf(in.getShort()));
    }
    BigDecimal value =
        new BigDecimal(unscaled).scaleByPowerOfTen(BASE_DIGITS * (weight + 1 - count));
    if (unscaled.signum() != 0 && wholeDigits(value) > BEYOND_ALL) {
      throw new ArithmeticException(TOO_LONG);
    }
    return (sign == NEGATIVE ? value.negate() : value)
        .setScale(Math.max(0, scale), RoundingMode.HALF_UP);
  }
}
