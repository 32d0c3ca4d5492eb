/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.value;

import io.whatif.server.type.PostgresType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts of dates, times and intervals as PostgreSQL reads and prints them, for DuckDB to read. */
public final class InputText {
  /** Clients that know no zone of a date's write one all the same. */
  private static final Pattern DATE_IN_ZONE =
      Pattern.compile("(\\s*\\d+-\\d+-\\d+(?:\\s+BC)?)\\s*[+-]\\d{2}(?::?\\d{2}){0,2}\\s*");

  private static final Pattern BEFORE_CHRIST =
      Pattern.compile("\\s*(\\S+)(.*?)\\s+BC\\s*", Pattern.CASE_INSENSITIVE);

  private InputText() {}

  /** What DuckDB reads as PostgreSQL would read {@code text}; that itself where it is the same. */
  public static String of(PostgresType type, String text) {
    return switch (type) {
      case DATE -> era(withoutZone(text));
      case TIMESTAMP, TIMESTAMPTZ -> era(text);
      case INTERVAL -> Span.duckDb(text);
      default -> text;
    };
  }

  private static String withoutZone(String text) {
    Matcher matcher = DATE_IN_ZONE.matcher(text);
    return matcher.matches() ? matcher.group(1) : text;
  }

  /** DuckDB has the era after the date. */
  static String era(String text) {
    if (text.indexOf('C') < 0 && text.indexOf('c') < 0) {
      return text;
    }
    Matcher matcher = BEFORE_CHRIST.matcher(text);
    return matcher.matches() ? matcher.group(1) + " (BC)" + matcher.group(2) : text;
  }
}
