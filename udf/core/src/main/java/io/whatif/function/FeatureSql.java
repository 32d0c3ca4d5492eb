/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.estimate.Split;
import io.whatif.model.Feature;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A feature's column as DuckDB's SQL compares it, so that rows fall as their doubles do, and as
 * people read it.
 *
 * @param name the column's name in the relation
 * @param type its type there
 * @param feature what the model takes
 * @param hasNull whether it is NULL or NaN in some row
 */
record FeatureSql(String name, String type, Feature feature, boolean hasNull) {
  /** Types whose values doubles hold, or that doubles part where the border is a whole number. */
  private static final Set<String> WHOLE =
      Set.of(
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "UHUGEINT");

  private static final Set<String> FLOATING = Set.of("DOUBLE", "FLOAT");

  /** Texts that DuckDB does not compare with a text as it is. */
  private static final Set<String> CAST_TEXTS = Set.of("JSON");

  private static final String ZONED = "TIMESTAMP WITH TIME ZONE";

  /** Decimal digits that a double keeps. */
  private static final int DIGITS = 15;

  /** Digits of a border that a literal is written with beyond which it has an exponent. */
  private static final int LONGEST = 18;

  /** Digits of DuckDB's widest decimal. */
  private static final int WIDEST = 38;

  private static final BigDecimal LARGEST = BigDecimal.TEN.pow(DIGITS);
  private static final BigDecimal EXACT = BigDecimal.valueOf(1L << 53);

  /** Microseconds of a day, an hour, a minute, a second, and one. */
  private static final List<Long> UNITS =
      List.of(86_400_000_000L, 3_600_000_000L, 60_000_000L, 1_000_000L, 1L);

  /**
   * A value between those of two sides: at most it is left.
   *
   * @param sql as a literal
   * @param text as people read it
   * @param operand what is compared with it
   */
  record Border(String sql, String text, String operand) {}

  /** What NULL, or NaN, is told by. */
  String operand() {
    if (FLOATING.contains(type) && hasNull) {
      return "nullif(" + asDouble() + ", 'NaN'::DOUBLE)";
    }
    return CAST_TEXTS.contains(type) ? "CAST(" + quoted() + " AS VARCHAR)" : quoted();
  }

  private String quoted() {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private String asDouble() {
    return type.equals("DOUBLE") ? quoted() : "CAST(" + quoted() + " AS DOUBLE)";
  }

  /** A text as a literal. */
  static String text(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** Categories as literals. */
  String list(List<Integer> places) {
    return places.stream()
        .map(place -> text(feature.categories().get(place)))
        .collect(Collectors.joining(", "));
  }

  /** A border that parts the rows as a split does. */
  Border border(Split.Threshold split) {
    if (type.equals("BOOLEAN")) {
      return new Border("false", "false", operand());
    }
    if (type.startsWith("DATE") || type.startsWith("TIMESTAMP")) {
      return time(split);
    }
    BigDecimal between = between(split.low(), split.high());
    String operand = isComparedAsItIs(between) ? operand() : asDouble();
    String plain = between.toPlainString();
    String text = plain.length() <= LONGEST ? plain : between.toString();
    return new Border(literal(between), text, operand);
  }

  /** Whether the column parts at a border as its doubles do. */
  private boolean isComparedAsItIs(BigDecimal border) {
    if (WHOLE.contains(type)) {
      return border.abs().compareTo(EXACT) < 0;
    }
    if (type.startsWith("DECIMAL(")) {
      return isComparedAsDecimal(border);
    }
    return FLOATING.contains(type) && (hasNull || type.equals("DOUBLE"));
  }

  /** Whether values of the column near a border have no more digits than doubles keep. */
  private boolean isComparedAsDecimal(BigDecimal border) {
    String[] digits = type.substring("DECIMAL(".length(), type.length() - 1).split(",", -1);
    int width = Integer.parseInt(digits[0].trim());
    int scale = Integer.parseInt(digits[1].trim());
    return border.precision() <= DIGITS
        && border.abs().movePointRight(scale).compareTo(LARGEST) < 0
        && width - scale + Math.max(scale, border.scale()) <= WIDEST;
  }

  /** The shortest decimal from {@code low} on and below {@code high}, near their middle. */
  static BigDecimal between(double low, double high) {
    BigDecimal middle = new BigDecimal(low).add(new BigDecimal(high)).divide(BigDecimal.valueOf(2));
    double largest = Math.max(Math.abs(low), Math.abs(high));
    int scale = -(int) Math.floor(Math.log10(largest));
    for (int more = 0; more <= DIGITS; more++) {
      for (RoundingMode mode : List.of(RoundingMode.HALF_DOWN, RoundingMode.FLOOR)) {
        BigDecimal rounded = middle.setScale(scale + more, mode);
        double value = rounded.doubleValue();
        if (value >= low && value < high) {
          return plain(rounded);
        }
      }
    }
    return plain(new BigDecimal(Double.toString(low)));
  }

  private static BigDecimal plain(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.scale() < 0 && stripped.precision() - stripped.scale() <= LONGEST
        ? stripped.setScale(0, RoundingMode.UNNECESSARY)
        : stripped;
  }

  private static String literal(BigDecimal number) {
    boolean isShort =
        number.precision() <= DIGITS && number.scale() >= 0 && number.scale() <= LONGEST;
    return isShort
        ? number.toPlainString()
        : number.unscaledValue() + "e" + Math.negateExact(number.scale());
  }

  /** A double as a literal that is a DOUBLE. */
  static String literal(double number) {
    BigDecimal exact = new BigDecimal(Double.toString(number));
    return exact.toPlainString().length() <= LONGEST + 2
        ? exact.toPlainString() + "e0"
        : exact.unscaledValue() + "e" + Math.negateExact(exact.scale());
  }

  /** The roundest point in time of a split on days. */
  private Border time(Split.Threshold split) {
    double middle = split.low() + (split.high() - split.low()) / 2;
    for (long unit : UNITS) {
      long micros = Math.floorDiv((long) (middle * UNITS.get(0)), unit) * unit;
      double days = micros / 1e6 / 86_400;
      if (days >= split.low() && days < split.high()) {
        return time(micros);
      }
    }
    String days = "epoch(" + quoted() + ") / 86400";
    String literal = literal(split.low());
    return new Border(literal, Double.toString(split.low()) + " days", days);
  }

  private Border time(long micros) {
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(micros, 1_000_000L),
            (int) Math.floorMod(micros, 1_000_000L) * 1_000,
            ZoneOffset.UTC);
    if (type.equals("DATE")) {
      String day = LocalDate.from(time).toString();
      return new Border("DATE '" + day + "'", day, operand());
    }
    String text = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").format(time);
    long fraction = Math.floorMod(micros, 1_000_000L);
    if (fraction > 0) {
      text += String.format(Locale.ROOT, ".%06d", fraction);
    }
    if (type.equals(ZONED)) {
      return new Border("TIMESTAMPTZ '" + text + "+00'", text + " UTC", operand());
    }
    String operand =
        type.equals("TIMESTAMP_NS") ? "CAST(" + quoted() + " AS TIMESTAMP)" : operand();
    return new Border("TIMESTAMP '" + text + "'", text, operand);
  }
}
