/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.value;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Dates and times as PostgreSQL prints them in DateStyle ISO. DuckDB's JDBC gives infinity as the
 * last moment its numbers hold.
 */
final class Moments {
  private static final LocalDate FAR_DATE = LocalDate.ofEpochDay(Integer.MAX_VALUE);
  private static final LocalDate EARLY_DATE = LocalDate.ofEpochDay(-Integer.MAX_VALUE);

  private static final long EPOCH_DAY = LocalDate.of(2000, 1, 1).toEpochDay();
  private static final long EPOCH_SECOND = TimeUnit.DAYS.toSeconds(EPOCH_DAY);
  private static final int NANOS = 1_000;
  private static final int MICROS = 1_000_000;

  /** The end of a day, which Java has no time for. */
  static final String MIDNIGHT = "24:00:00";

  static final long DAY_MICROS = TimeUnit.DAYS.toMicros(1);

  private static final int MILLIS = 1_000;
  private static final int NANOS_OF_SECOND = 1_000_000_000;

  /** Infinity of TIMESTAMP, TIMESTAMP_MS and TIMESTAMP_NS; none of them is a moment of another. */
  private static final Set<LocalDateTime> FAR =
      Set.of(
          of(Long.MAX_VALUE, MICROS),
          of(Long.MAX_VALUE, MILLIS),
          of(Long.MAX_VALUE, NANOS_OF_SECOND));

  private static final Set<LocalDateTime> EARLY =
      Set.of(
          of(-Long.MAX_VALUE, MICROS),
          of(-Long.MAX_VALUE, MILLIS),
          of(-Long.MAX_VALUE, NANOS_OF_SECOND));

  private Moments() {}

  private static LocalDateTime of(long count, int perSecond) {
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(count, perSecond),
        Math.floorMod(count, perSecond) * (NANOS_OF_SECOND / perSecond),
        ZoneOffset.UTC);
  }

  static String text(LocalDate date) {
    if (date.equals(FAR_DATE) || date.equals(EARLY_DATE)) {
      return date.equals(FAR_DATE) ? "infinity" : "-infinity";
    }
    StringBuilder text = new StringBuilder(16);
    date(text, date);
    era(text, date);
    return text.toString();
  }

  static String text(LocalTime time) {
    StringBuilder text = new StringBuilder(16);
    time(text, time);
    return text.toString();
  }

  static String text(OffsetTime time) {
    StringBuilder text = new StringBuilder(24);
    time(text, time.toLocalTime());
    offset(text, time.getOffset().getTotalSeconds());
    return text.toString();
  }

  static String text(LocalDateTime moment) {
    if (isInfinite(moment)) {
      return FAR.contains(moment) ? "infinity" : "-infinity";
    }
    StringBuilder text = new StringBuilder(32);
    date(text, moment.toLocalDate());
    time(text.append(' '), moment.toLocalTime());
    era(text, moment.toLocalDate());
    return text.toString();
  }

  /**
   * A moment in a zone.
   *
   * @param utc the moment in Greenwich
   */
  static String text(LocalDateTime utc, ZoneId zone) {
    if (isInfinite(utc)) {
      return text(utc);
    }
    ZoneOffset offset = zone.getRules().getOffset(utc.toInstant(ZoneOffset.UTC));
    LocalDateTime local = utc.plusSeconds(offset.getTotalSeconds());
    StringBuilder text = new StringBuilder(36);
    date(text, local.toLocalDate());
    time(text.append(' '), local.toLocalTime());
    offset(text, offset.getTotalSeconds());
    era(text, local.toLocalDate());
    return text.toString();
  }

  private static boolean isInfinite(LocalDateTime moment) {
    return FAR.contains(moment) || EARLY.contains(moment);
  }

  private static void date(StringBuilder text, LocalDate date) {
    int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
    if (year < 1000) {
      text.append(year < 10 ? "000" : year < 100 ? "00" : "0");
    }
    text.append(year).append('-');
    two(text, date.getMonthValue()).append('-');
    two(text, date.getDayOfMonth());
  }

  private static void era(StringBuilder text, LocalDate date) {
    if (date.getYear() <= 0) {
      text.append(" BC");
    }
  }

  private static void time(StringBuilder text, LocalTime time) {
    two(text, time.getHour()).append(':');
    two(text, time.getMinute()).append(':');
    two(text, time.getSecond());
    fraction(text, time.getNano() / NANOS);
  }

  /** Microseconds without the zeros at their end. */
  static void fraction(StringBuilder text, int micros) {
    if (micros > 0) {
      String digits = Integer.toString(MICROS + micros).substring(1);
      int end = digits.length();
      while (digits.charAt(end - 1) == '0') {
        end--;
      }
      text.append('.').append(digits, 0, end);
    }
  }

  private static void offset(StringBuilder text, int seconds) {
    int rest = Math.abs(seconds);
    two(text.append(seconds < 0 ? '-' : '+'), rest / 3600);
    if (rest % 3600 != 0) {
      two(text.append(':'), rest / 60 % 60);
    }
    if (rest % 60 != 0) {
      two(text.append(':'), rest % 60);
    }
  }

  static StringBuilder two(StringBuilder text, int value) {
    return text.append(value < 10 ? "0" : "").append(value);
  }

  /** Days since 2000, as the binary format counts. */
  static int days(LocalDate date) {
    if (date.equals(FAR_DATE) || date.equals(EARLY_DATE)) {
      return date.equals(FAR_DATE) ? Integer.MAX_VALUE : Integer.MIN_VALUE;
    }
    return Math.toIntExact(date.toEpochDay() - EPOCH_DAY);
  }

  /** Microseconds since 2000, as the binary format counts. */
  static long micros(LocalDateTime moment) {
    if (isInfinite(moment)) {
      return FAR.contains(moment) ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
    return Math.multiplyExact(moment.toEpochSecond(ZoneOffset.UTC) - EPOCH_SECOND, (long) MICROS)
        + moment.get(ChronoField.MICRO_OF_SECOND);
  }

  static long micros(LocalTime time) {
    return time.toNanoOfDay() / NANOS;
  }

  /** The text of a date in the binary format, as DuckDB reads it. */
  static String dateOf(int days) {
    if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
      return days > 0 ? "infinity" : "-infinity";
    }
    return InputText.era(text(LocalDate.ofEpochDay(days + EPOCH_DAY)));
  }

  /** The text of a moment in the binary format, as DuckDB reads it. */
  static String momentOf(long micros) {
    if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
      return micros > 0 ? "infinity" : "-infinity";
    }
    LocalDateTime moment =
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(micros, MICROS) + EPOCH_SECOND,
            Math.floorMod(micros, MICROS) * NANOS,
            ZoneOffset.UTC);
    return InputText.era(text(moment));
  }

  static String timeOf(long micros) {
    return micros == DAY_MICROS ? MIDNIGHT : text(LocalTime.ofNanoOfDay(micros * NANOS));
  }
}
