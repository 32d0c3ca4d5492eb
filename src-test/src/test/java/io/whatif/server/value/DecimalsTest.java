/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DecimalsTest {

  /** Printed by PostgreSQL 15.18: SELECT '...'::float8. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "-1.5, -1.5",
    "0.1, 0.1",
    "100, 100",
    "123456789012345, 123456789012345",
    "1234567890123456, 1.234567890123456e+15",
    "1e15, 1e+15",
    "1e14, 100000000000000",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "1e23, 9.999999999999999e+22",
    "2e23, 1.9999999999999998e+23",
    "9007199254740993, 9.007199254740992e+15",
    "4.9e-324, 5e-324",
    "2.2250738585072014e-308, 2.2250738585072014e-308",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "8.41e21, 8.409999999999999e+21",
    "5.0e-324, 5e-324",
    "2.0e-3, 0.002",
    "12.3456789, 12.3456789",
    "NaN, NaN",
    "Infinity, Infinity",
    "-Infinity, -Infinity"
  })
  void doublesArePrintedAsPostgresPrintsThem(double value, String text) {
    assertThat(Decimals.text(value)).isEqualTo(text);
  }

  /** Printed by PostgreSQL 15.18: SELECT '...'::float4. */
  @ParameterizedTest
  @CsvSource({
    "1.5, 1.5",
    "1e6, 1e+06",
    "123456, 123456",
    "1234567, 1.234567e+06",
    "0.1, 0.1",
    "3.4028235e38, 3.4028235e+38",
    "1e-45, 1e-45",
    "0.0001, 0.0001",
    "0.00001, 1e-05"
  })
  void floatsArePrintedAsPostgresPrintsThem(float value, String text) {
    assertThat(Decimals.text(value)).isEqualTo(text);
  }

  /** No fewer digits lie within the numbers that read as it, and no other of as many is closer. */
  @Test
  void whatIsPrintedIsTheShortestAndTheClosest() {
    Random random = new Random(5);
    for (int i = 0; i < 200_000; i++) {
      double value =
          switch (i % 4) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> random.nextGaussian();
            case 2 -> random.nextInt(100_000) / 100.0;
            default -> Math.scalb(1.0, random.nextInt(2046) - 1022);
          };
      if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
        continue;
      }
      BigDecimal exact = new BigDecimal(value);
      BigDecimal half = new BigDecimal(0.5);
      BigDecimal from = exact.add(new BigDecimal(Math.nextDown(value))).multiply(half);
      BigDecimal to =
          Double.isInfinite(Math.nextUp(value))
              ? exact.add(exact.subtract(from))
              : exact.add(new BigDecimal(Math.nextUp(value))).multiply(half);
      assertShortest(new BigDecimal(Decimals.text(value)), exact, from, to);
    }
  }

  private static void assertShortest(
      BigDecimal printed, BigDecimal exact, BigDecimal from, BigDecimal to) {
    assertThat(printed).isStrictlyBetween(from, to);
    int digits = printed.stripTrailingZeros().precision();
    for (RoundingMode mode : new RoundingMode[] {RoundingMode.FLOOR, RoundingMode.CEILING}) {
      BigDecimal fewer = exact.round(new MathContext(Math.max(1, digits - 1), mode));
      boolean within = fewer.compareTo(from) > 0 && fewer.compareTo(to) < 0;
      assertThat(within && digits > 1).as("%s for %s", fewer, printed).isFalse();
      BigDecimal other = exact.round(new MathContext(digits, mode));
      if (other.compareTo(from) > 0 && other.compareTo(to) < 0) {
        assertThat(printed.subtract(exact).abs()).isLessThanOrEqualTo(other.subtract(exact).abs());
      }
    }
  }

  @Test
  void floatsReadAsThemselvesAgain() {
    Random random = new Random(6);
    for (int i = 0; i < 100_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (!Float.isNaN(value)) {
        assertThat(Float.parseFloat(Decimals.text(value))).isEqualTo(value);
        assertThat(Decimals.text(value).length()).isLessThan(16);
      }
    }
  }
}
