/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** A number that was read from a column, as a text that SQL casts back to the column's type. */
final class KeyText {
  private static final double MICROS_A_DAY = 86_400e6;

  private KeyText() {}

  static String of(String sqlType, double value) {
    if (sqlType.equals("BOOLEAN")) {
      return value == 0 ? "false" : "true";
    }
    if (sqlType.equals("DATE")) {
      return LocalDate.ofEpochDay((long) value).toString();
    }
    if (sqlType.startsWith("TIMESTAMP")) {
      long micros = Math.round(value * MICROS_A_DAY);
      Instant instant =
          Instant.ofEpochSecond(
              Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
      String text = LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString().replace('T', ' ');
      return sqlType.endsWith("TIME ZONE") ? text + "+00" : text;
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    return value == Math.rint(value)
        ? new BigDecimal(value).toPlainString()
        : Double.toString(value);
  }
}
