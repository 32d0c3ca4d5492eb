/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as they stand in sentences. */
final class Phrase {
  private static final MathContext DIGITS = new MathContext(3);
  private static final double LARGEST = 1e15;
  private static final double SMALLEST = 1e-6;

  private Phrase() {}

  /** Three digits, or all before the point; not a number is "unknown". */
  static String number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return "unknown";
    }
    double size = Math.abs(value);
    if (value != 0 && (size >= LARGEST || size < SMALLEST)) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    if (size >= 100) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
    return rounded.signum() == 0 ? "0" : rounded.toPlainString();
  }

  /** An estimate and its error. */
  static String withError(double value, double error) {
    return "%s (se %s)".formatted(number(value), number(error));
  }

  /** A p-value that was adjusted. */
  static String p(double p) {
    return p < 0.001 ? "adjusted p < 0.001" : String.format(Locale.ROOT, "adjusted p = %.3f", p);
  }
}
