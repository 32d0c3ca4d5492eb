/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A parameter that SET and SHOW know.
 *
 * @param value what it is when a session begins
 * @param unit what a bare number counts in, empty for none
 * @param type bool, integer, real, string or enum
 * @param context when it may be set: user and superuser at any time
 * @param words the values of an enum
 */
record PostgresParameter(
    String name,
    String value,
    String unit,
    String type,
    String context,
    String least,
    String greatest,
    List<String> words) {

  static final String SEARCH_PATH = "search_path";
  static final String TIME_ZONE = "TimeZone";

  /** Those that are not PostgreSQL's first values, or that its list of parameters leaves out. */
  private static final Map<String, String> OURS =
      Map.ofEntries(
          Map.entry("server_version", "15.0"),
          Map.entry("server_version_num", "150000"),
          Map.entry("server_encoding", "UTF8"),
          Map.entry("client_encoding", "UTF8"),
          Map.entry("lc_collate", "C.UTF-8"),
          Map.entry("lc_ctype", "C.UTF-8"),
          Map.entry(TIME_ZONE, "UTC"),
          Map.entry("log_timezone", "UTC"),
          Map.entry("transaction_isolation", "read committed"),
          Map.entry("is_superuser", "on"),
          Map.entry("session_authorization", ""),
          Map.entry("role", "none"));

  /** What this server can do only one way: the values it takes, in lower case. */
  private static final Map<String, Set<String>> FIXED =
      Map.of(
          "client_encoding", Set.of("utf8", "utf-8", "unicode"),
          "standard_conforming_strings", Set.of("on"),
          "bytea_output", Set.of("hex"),
          "IntervalStyle", Set.of("postgres"));

  /** Those that ParameterStatus tells of. */
  static final List<String> REPORTED =
      List.of(
          "application_name",
          "client_encoding",
          "DateStyle",
          "default_transaction_read_only",
          "in_hot_standby",
          "integer_datetimes",
          "IntervalStyle",
          "is_superuser",
          "server_encoding",
          "server_version",
          "session_authorization",
          "standard_conforming_strings",
          TIME_ZONE);

  private static final Set<String> TRUE = Set.of("on", "true", "yes", "1", "t", "y");
  private static final Set<String> FALSE = Set.of("off", "false", "no", "0", "f", "n");

  /** Every parameter, by its name in lower case. */
  static final Map<String, PostgresParameter> ALL = Collections.unmodifiableMap(all());

  private static Map<String, PostgresParameter> all() {
    Map<String, PostgresParameter> all = new LinkedHashMap<>();
    for (List<String> row : ResourceText.rows("parameters.txt")) {
      String name = row.get(0);
      List<String> words = row.get(7).isEmpty() ? List.of() : Arrays.asList(row.get(7).split(","));
      PostgresParameter parameter =
          new PostgresParameter(
              name,
              OURS.getOrDefault(name, row.get(1)),
              row.get(2),
              row.get(3),
              row.get(4),
              row.get(5),
              row.get(6),
              words);
      all.put(name.toLowerCase(Locale.ROOT), parameter);
    }
    OURS.forEach(
        (name, value) ->
            all.computeIfAbsent(
                name.toLowerCase(Locale.ROOT),
                key ->
                    new PostgresParameter(
                        name, value, "", "string", "internal", "", "", List.of())));
    return all;
  }

  /** Rows for pg_settings, their values between bars. */
  static List<String> rows() {
    return ALL.values().stream()
        .map(
            p ->
                String.join(
                    "|",
                    p.name,
                    p.value,
                    p.shown(),
                    p.unit,
                    p.type,
                    p.context,
                    p.least,
                    p.greatest,
                    String.join(",", p.words)))
        .toList();
  }

  /** Its first value as SHOW tells it. */
  String shown() {
    ParameterQuantity quantity = unit.isEmpty() ? null : ParameterQuantity.of(value, unit);
    return quantity == null ? value : quantity.text();
  }

  /**
   * How {@code given} is kept.
   *
   * @throws Refused if it may not be set, or not to that
   */
  String accepted(String given) throws Refused {
    switch (context) {
      case "internal" -> throw new Refused("55P02", quoted() + " cannot be changed");
      case "postmaster", "sighup" ->
          throw new Refused("55P02", quoted() + " cannot be changed without restarting the server");
      case "backend", "superuser-backend" ->
          throw new Refused("55P02", quoted() + " cannot be set after connection start");
      default -> {}
    }
    Set<String> fixed = FIXED.get(name);
    if (fixed != null && !fixed.contains(given.toLowerCase(Locale.ROOT))) {
      boolean isTrue = fixed.contains("on") && TRUE.contains(given.toLowerCase(Locale.ROOT));
      if (!isTrue) {
        throw new Refused(
            "0A000", "%s is always %s here, not \"%s\"".formatted(name, value, given));
      }
    }
    if (fixed != null) {
      return value;
    }
    return switch (type) {
      case "bool" -> bool(given);
      case "integer" -> integer(given);
      case "real" -> real(given);
      case "enum" -> word(given);
      default -> string(given);
    };
  }

  private String quoted() {
    return "parameter \"" + name + "\"";
  }

  private Refused invalid(String given) {
    return new Refused(
        "22023", "invalid value for parameter \"%s\": \"%s\"".formatted(name, given));
  }

  private String bool(String given) throws Refused {
    String lower = given.toLowerCase(Locale.ROOT);
    if (TRUE.contains(lower)) {
      return "on";
    }
    if (FALSE.contains(lower)) {
      return "off";
    }
    throw new Refused("22023", quoted() + " requires a Boolean value");
  }

  private String word(String given) throws Refused {
    String lower = given.toLowerCase(Locale.ROOT);
    if (words.contains(lower)) {
      return lower;
    }
    if (words.contains("on") && words.contains("off")) {
      return bool(given);
    }
    throw invalid(given);
  }

  private String integer(String given) throws Refused {
    ParameterQuantity quantity = ParameterQuantity.of(given, unit);
    if (quantity == null) {
      throw invalid(given);
    }
    range(quantity.amount(), given);
    return quantity.text();
  }

  private String real(String given) throws Refused {
    ParameterQuantity quantity = ParameterQuantity.of(given, unit);
    if (quantity != null) {
      range(quantity.amount(), given);
      return quantity.text();
    }
    try {
      range(Double.parseDouble(given), given);
    } catch (NumberFormatException e) {
      throw invalid(given);
    }
    return given;
  }

  private void range(double amount, String given) throws Refused {
    if ((!least.isEmpty() && amount < Double.parseDouble(least))
        || (!greatest.isEmpty() && amount > Double.parseDouble(greatest))) {
      String shown = given.endsWith(unit) || unit.isEmpty() ? given : given + " " + unit;
      throw new Refused(
          "22023",
          "%s is outside the valid range for parameter \"%s\" (%s .. %s)"
              .formatted(shown, name, least, greatest));
    }
  }

  private String string(String given) throws Refused {
    return switch (name) {
      case TIME_ZONE -> timeZone(given);
      case "DateStyle" -> dateStyle(given);
      default -> given;
    };
  }

  /** As DuckDB names it. */
  private String timeZone(String given) throws Refused {
    String lower = given.toLowerCase(Locale.ROOT);
    if (lower.equals("default") || lower.equals("local")) {
      return value;
    }
    if (lower.matches("[+-]?\\d{1,2}")) { // Hours east of Greenwich; zones of that name count west.
      int hours = Integer.parseInt(lower);
      return hours == 0 ? "UTC" : "Etc/GMT" + (hours > 0 ? "-" : "+") + Math.abs(hours);
    }
    return ZoneId.getAvailableZoneIds().stream()
        .filter(zone -> zone.equalsIgnoreCase(given))
        .findFirst()
        .orElseThrow(() -> invalid(given));
  }

  /** Dates are written as ISO has them; how they are read may be told, and is ISO too. */
  private String dateStyle(String given) throws Refused {
    String order = "MDY";
    for (String part : given.toUpperCase(Locale.ROOT).split("[,\\s]+", -1)) {
      switch (part) {
        case "ISO", "DEFAULT", "" -> {}
        case "MDY", "US", "NONEURO", "NONEUROPEAN" -> order = "MDY";
        case "DMY", "EURO", "EUROPEAN" -> order = "DMY";
        case "YMD" -> order = "YMD";
        case "SQL", "POSTGRES", "GERMAN" ->
            throw new Refused(
                "0A000", "DateStyle writes dates as ISO here, not \"%s\"".formatted(given));
        default -> throw invalid(given);
      }
    }
    return "ISO, " + order;
  }
}
