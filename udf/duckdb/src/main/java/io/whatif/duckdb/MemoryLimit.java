/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes of memory as users write and read them. */
public final class MemoryLimit {
  /** The variable that holds the limit: {@code SET VARIABLE whatif_memory_limit = '2GB'}. */
  public static final String VARIABLE = "whatif_memory_limit";

  private static final double DEFAULT_SHARE = 0.6;
  private static final Pattern SIZE =
      Pattern.compile("\\s*([0-9]+(?:\\.[0-9]+)?)\\s*(|B|[KMGT]I?B?)\\s*");

  private MemoryLimit() {}

  /**
   * The bytes of a size such as {@code 2GB} (10^9 bytes each), {@code 512MiB} (2^20) or {@code
   * 100000}.
   */
  public static long parse(String text) {
    return size(text)
        .orElseThrow(
            () ->
                new WhatifException(
                    ErrorCode.BAD_ARGUMENT,
                    VARIABLE
                        + " => '"
                        + text
                        + "': must be a size. Write it like '2GB' or '512MB'."));
  }

  private static OptionalLong size(String text) {
    Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
    if (matcher.matches()) {
      String unit = matcher.group(2);
      int power = unit.isEmpty() ? 0 : "BKMGT".indexOf(unit.charAt(0));
      double bytes =
          Double.parseDouble(matcher.group(1)) * Math.pow(unit.contains("I") ? 1024 : 1000, power);
      if (bytes >= 1 && bytes < 1e18) {
        return OptionalLong.of((long) bytes);
      }
    }
    return OptionalLong.empty();
  }

  /**
   * The limit of statements on this connection, to plan by: what the user set, else {@link
   * #standard}. A value that is no size, which is told when a call runs, counts as not set.
   */
  public static long of(Connection duckdb) throws SQLException {
    try (Statement statement = duckdb.createStatement();
        ResultSet row = statement.executeQuery("SELECT getvariable('" + VARIABLE + "')::VARCHAR")) {
      String text = row.next() ? row.getString(1) : null;
      return text == null ? standard() : size(text).orElseGet(MemoryLimit::standard);
    }
  }

  /** Of memory off the heap: 60% of the machine's (or container's). */
  public static long standard() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? (long) (DEFAULT_SHARE * system.getTotalMemorySize())
        : Runtime.getRuntime().maxMemory();
  }

  /** Where columns lie on the heap: the same, and no more than that share of the heap. */
  static long onHeap() {
    return Math.min(standard(), (long) (DEFAULT_SHARE * Runtime.getRuntime().maxMemory()));
  }

  /** {@code bytes} with three digits and a unit. */
  public static String show(long bytes) {
    String[] units = {"bytes", "KB", "MB", "GB", "TB"};
    double size = bytes;
    int unit = 0;
    while (size >= 1000 && unit < units.length - 1) {
      size /= 1000;
      unit++;
    }
    return unit == 0
        ? bytes + " bytes"
        : String.format(Locale.ROOT, "%." + (size < 10 ? 2 : size < 100 ? 1 : 0) + "f ", size)
            + units[unit];
  }
}
