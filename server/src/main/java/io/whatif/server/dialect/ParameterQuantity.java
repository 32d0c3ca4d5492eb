/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An amount of time or memory, as {@code '5min'}.
 *
 * @param amount in the parameter's unit
 * @param text as SHOW tells it: in the greatest unit that needs no fraction
 */
record ParameterQuantity(double amount, String text) {
  private static final Pattern NUMBER =
      Pattern.compile("\\s*([+-]?[0-9]*\\.?[0-9]+)\\s*([a-zA-Z]*)\\s*");
  private static final Map<String, Double> MILLIS =
      Map.of("us", 1e-3, "ms", 1.0, "s", 1e3, "min", 6e4, "h", 3.6e6, "d", 8.64e7);
  private static final List<String> TIMES = List.of("d", "h", "min", "s", "ms", "us");
  private static final Map<String, Double> BYTES =
      Map.of("B", 1.0, "kB", 1024.0, "MB", 1048576.0, "GB", 1073741824.0, "TB", 1099511627776.0);
  private static final List<String> SIZES = List.of("TB", "GB", "MB", "kB", "B");
  private static final String PAGES = "8kB";

  /**
   * What {@code given} says in {@code unit}, which a bare number is in; null if it says nothing.
   */
  static @Nullable ParameterQuantity of(String given, String unit) {
    Matcher matcher = NUMBER.matcher(given);
    if (!matcher.matches()) {
      return null;
    }
    double number = Double.parseDouble(matcher.group(1));
    String named = matcher.group(2);
    Map<String, Double> units = MILLIS.containsKey(unit) ? MILLIS : BYTES;
    double own = unit.equals(PAGES) ? 8192.0 : units.getOrDefault(unit, 1.0);
    if (!named.isEmpty()) {
      Double factor = unit.isEmpty() ? null : units.get(named);
      if (factor == null) {
        return null;
      }
      number = number * factor / own;
    }
    double amount = Math.rint(number);
    if (amount != number && unit.isEmpty()) {
      return new ParameterQuantity(number, matcher.group(1));
    }
    return new ParameterQuantity(amount, text(amount, unit, own));
  }

  private static String text(double amount, String unit, double own) {
    long whole = (long) amount;
    if (unit.isEmpty() || whole <= 0) {
      return Long.toString(whole);
    }
    boolean time = MILLIS.containsKey(unit);
    for (String name : time ? TIMES : SIZES) {
      double size = (time ? MILLIS : BYTES).getOrDefault(name, 1.0);
      double in = amount * own / size;
      if (in >= 1 && in == Math.rint(in)) {
        return (long) in + name;
      }
    }
    return whole + unit;
  }
}
