/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.value;

import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An interval. Read from DuckDB's text of it, {@code 1 year 2 months -3 days 04:05:06.5}. */
record Span(int months, int days, long micros) {
  private static final Pattern PART =
      Pattern.compile(
          "(-?\\d+) (year|month|day)s?|(-?)(\\d+):(\\d{2}):(\\d{2})(?:\\.(\\d{1,6})\\d*)?");

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
