/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.value;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An interval. Read from DuckDB's text of it, {@code 1 year 2 months -3 days 04:05:06.5}. */
record Span(int months, int days, long micros) {
  private static final Pattern PART =
      Pattern.compile(
          "(-?\\d+) (year|month|day)s?|(-?)(\\d+):(\\d{2}):(\\d{2})(?:\\.(\\d{1,6})\\d*)?");

  private static final String WHOLE = "([+-]?\\d+)";

  private static final Pattern ISO =
      Pattern.compile(
          "\\s*P(?=\\S)(?:nY)?(?:nM)?(?:nW)?(?:nD)?(?:T(?=\\S)(?:nH)?(?:nM)?(?:([+-]?\\d+(?:\\.\\d*)?)S)?)?\\s*"
              .replace("n", WHOLE));

  /** The first letter of a unit tells it. */
  private static final String UNITS =
      "([+-]?\\d+)\\s*(?=(?:y|yrs?|years?|mons?|months?|w|weeks?|d|days?)\\b)([ymwd])[a-z]*";

  private static final String CLOCK = "([+-]?\\d+:\\d{2}(?::\\d{2}(?:\\.\\d*)?)?)";

  private static final Pattern STYLE =
      Pattern.compile("\\s*(?:" + UNITS + "\\s*)*(?:" + CLOCK + ")?\\s*", Pattern.CASE_INSENSITIVE);

  private static final Pattern STYLE_PART =
      Pattern.compile(UNITS + "|" + CLOCK, Pattern.CASE_INSENSITIVE);

  private static final long SECOND = TimeUnit.SECONDS.toMicros(1);
  private static final long MINUTE = TimeUnit.MINUTES.toMicros(1);
  private static final long HOUR = TimeUnit.HOURS.toMicros(1);

  static Span ofDuckDb(String text) {
    int months = 0;
    int days = 0;
    long micros = 0;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      if (part.group(2) == null) {
        micros = clock(part);
        continue;
      }
      int count = Integer.parseInt(part.group(1));
      switch (part.group(2)) {
        case "year" -> months += 12 * count;
        case "month" -> months += count;
        default -> days += count;
      }
    }
    return new Span(months, days, micros);
  }

  private static long clock(Matcher part) {
    String fraction = part.group(7) == null ? "" : part.group(7);
    long micros =
        Long.parseLong(part.group(4)) * HOUR
            + Long.parseLong(part.group(5)) * MINUTE
            + Long.parseLong(part.group(6)) * SECOND
            + Long.parseLong((fraction + "000000").substring(0, 6));
    return part.group(3).isEmpty() ? micros : -micros;
  }

  /**
   * What DuckDB reads as PostgreSQL would read {@code text}, which may be of its IntervalStyles
   * postgres and iso_8601; that itself if it is in another.
   */
  static String duckDb(String text) {
    try {
      Matcher iso = ISO.matcher(text);
      Span span =
          iso.matches()
              ? ofIso(iso)
              : !text.isBlank() && STYLE.matcher(text).matches() ? ofStyle(text) : null;
      return span == null
          ? text
          : "%d months %d days %d microseconds".formatted(span.months, span.days, span.micros);
    } catch (ArithmeticException | NumberFormatException tooLarge) { // DuckDB says what it holds.
      return text;
    }
  }

  private static Span ofIso(Matcher iso) {
    long months = Math.addExact(12 * whole(iso.group(1)), whole(iso.group(2)));
    long days = Math.addExact(7 * whole(iso.group(3)), whole(iso.group(4)));
    long hours = Math.multiplyExact(whole(iso.group(5)), HOUR);
    long minutes = Math.multiplyExact(whole(iso.group(6)), MINUTE);
    long micros = Math.addExact(Math.addExact(hours, minutes), micros(iso.group(7)));
    return new Span(Math.toIntExact(months), Math.toIntExact(days), micros);
  }

  private static Span ofStyle(String text) {
    long months = 0;
    long days = 0;
    long micros = 0;
    Matcher part = STYLE_PART.matcher(text);
    while (part.find()) {
      String clock = part.group(3);
      if (clock != null) {
        micros = Math.addExact(micros, clock(clock));
        continue;
      }
      long count = whole(part.group(1));
      switch (part.group(2).toLowerCase(Locale.ROOT)) {
        case "y" -> months = Math.addExact(months, Math.multiplyExact(12L, count));
        case "m" -> months = Math.addExact(months, count);
        case "w" -> days = Math.addExact(days, Math.multiplyExact(7L, count));
        default -> days = Math.addExact(days, count);
      }
    }
    return new Span(Math.toIntExact(months), Math.toIntExact(days), micros);
  }

  private static long clock(String clock) {
    boolean negative = clock.startsWith("-");
    String[] parts = clock.replaceFirst("^[+-]", "").split(":", -1);
    long micros = Math.multiplyExact(Long.parseLong(parts[0]), HOUR);
    micros = Math.addExact(micros, Long.parseLong(parts[1]) * MINUTE);
    micros = Math.addExact(micros, parts.length > 2 ? micros(parts[2]) : 0);
    return negative ? -micros : micros;
  }

  private static long whole(@Nullable String number) {
    return number == null ? 0 : Long.parseLong(number);
  }

  private static long micros(@Nullable String seconds) {
    return seconds == null
        ? 0
        : new BigDecimal(seconds)
            .movePointRight(6)
            .setScale(0, RoundingMode.HALF_EVEN)
            .longValueExact();
  }

  /** In IntervalStyle postgres. */
  String text() {
    StringBuilder text = new StringBuilder();
    boolean before = part(text, months / 12, "year", false);
    before = part(text, months % 12, "mon", before);
    before = part(text, days, "day", before);
    if (micros != 0 || text.length() == 0) {
      text.append(text.length() == 0 ? "" : " ");
      text.append(micros < 0 ? "-" : before ? "+" : "");
      long rest = Math.abs(micros);
      long hours = rest / HOUR;
      text.append(hours < 10 ? "0" : "").append(hours).append(':');
      Moments.two(text, (int) (rest / MINUTE % 60)).append(':');
      Moments.two(text, (int) (rest / SECOND % 60));
      Moments.fraction(text, (int) (rest % SECOND));
    }
    return text.toString();
  }

  /** Appends a part that is not 0; whether what was written last is negative. */
  private static boolean part(StringBuilder text, int value, String unit, boolean before) {
    if (value == 0) {
      return before;
    }
    text.append(text.length() == 0 ? "" : " ");
    text.append(before && value > 0 ? "+" : "").append(value).append(' ').append(unit);
    text.append(value == 1 ? "" : "s");
    return value < 0;
  }
}
