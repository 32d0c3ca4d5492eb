/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.MemoryExceededException;
import io.whatif.data.WhatifException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Turns whatever goes wrong into one line a user can read. */
public final class Errors {
  /** With this system property true, our own faults are printed with their stack. */
  public static final String TRACE = "whatif.trace";

  private static final Pattern OURS = Pattern.compile("^Invalid Input Error: (?=[a-z_]+: )");
  private static final Pattern EXCERPT = Pattern.compile("^(LINE \\d+:.*|\\s*\\^+\\s*)$");

  private Errors() {}

  /**
   * What DuckDB reported, in one line: without its prefix if the mistake was told by us, and
   * without the excerpt of the text it ran, which is not the user's.
   */
  public static String clean(SQLException e) {
    return clean(String.valueOf(e.getMessage()));
  }

  /** As {@link #clean(SQLException)}. */
  public static String clean(String message) {
    return String.join(" ", lines(message));
  }

  /** What {@link #clean(SQLException)} gives, line by line. */
  public static List<String> lines(String message) {
    List<String> kept = new ArrayList<>();
    for (String line : message.lines().toList()) {
      if (!line.isBlank() && !line.startsWith("\tat ") && !EXCERPT.matcher(line).matches()) {
        kept.add(kept.isEmpty() ? OURS.matcher(line.strip()).replaceFirst("") : line.strip());
      }
    }
    return kept;
  }

  /** The failure of {@code function} as its user is to see it. */
  public static WhatifException of(Throwable failure, String function) {
    if (failure instanceof WhatifException known) {
      return known.in(function);
    }
    if (failure instanceof MemoryExceededException exceeded) {
      return outOfMemory(exceeded).in(function);
    }
    if (failure instanceof OutOfMemoryError) {
      return new WhatifException(
              ErrorCode.OUT_OF_MEMORY,
              "the JVM's heap is full at %s. Start it with a larger -Xmx, or name fewer columns."
                  .formatted(MemoryLimit.show(Runtime.getRuntime().maxMemory())))
          .in(function);
    }
    if (Boolean.getBoolean(TRACE)) {
      failure.printStackTrace();
    }
    String told = failure.getMessage();
    String message = told == null ? "no more is known" : told;
    String text = failure instanceof SQLException ? clean(message) : message;
    return new WhatifException(
            ErrorCode.INTERNAL,
            "internal fault: %s. Please report it; -D%s=true prints the trace."
                .formatted(text.lines().findFirst().orElse(""), TRACE))
        .in(function);
  }

  private static WhatifException outOfMemory(MemoryExceededException exceeded) {
    return new WhatifException(
        ErrorCode.OUT_OF_MEMORY,
        "%s need %s, the limit is %s%s. %s"
            .formatted(
                exceeded.purpose(),
                MemoryLimit.show(exceeded.needed()),
                MemoryLimit.show(exceeded.limit()),
                exceeded.unspilled().map(why -> ", and no file may hold rows: " + why).orElse(""),
                "SET VARIABLE "
                    + MemoryLimit.VARIABLE
                    + " to more, name fewer columns, or sample the relation."));
  }
}
