/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.RawTable.RawColumn;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Treatment;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides how a treatment column is read: two different values are binary, ten or more numbers are
 * continuous, three to nine must be told.
 */
final class TreatmentReader {
  private static final int CONTINUOUS_FROM = 10;

  /** Values a message shows at most. */
  private static final int SHOWN = 5;

  private final List<String> dictionary;
  private final RawColumn column;
  private final Arguments arguments;
  private final TreeMap<Double, String> seen = new TreeMap<>();

  TreatmentReader(RawTable table, int column, Arguments arguments) {
    this.dictionary = table.dictionary(column);
    this.column = table.columns().get(column);
    this.arguments = arguments;
  }

  /**
   * Whether numbers, NaN for NULL, are so many different ones that they are taken as continuous.
   */
  static boolean isContinuous(double[] values) {
    return Arrays.stream(values)
            .filter(v -> !Double.isNaN(v))
            .distinct()
            .limit(CONTINUOUS_FROM)
            .count()
        == CONTINUOUS_FROM;
  }

  /** How the values of the kept rows are read; they are recoded to 0 and 1 if binary. */
  Treatment read(double[] values) {
    for (double v : values) {
      if (!seen.containsKey(v)) {
        seen.put(v, "");
        if (seen.size() > CONTINUOUS_FROM) {
          break;
        }
      }
    }
    seen.replaceAll((v, none) -> show(v));
    String type = arguments.requiredText("treatment_type");
    if (seen.size() < 2) {
      String only = seen.isEmpty() ? "no value" : "only the value " + seen.firstEntry().getValue();
      throw bad(
          ErrorCode.BAD_COLUMN,
          "has %s in the usable rows. It must differ between rows.".formatted(only));
    }
    boolean number = column.kind() == RawTable.Kind.NUMBER;
    if (type.equals("continuous")
        || (type.equals("auto") && number && seen.size() >= CONTINUOUS_FROM)) {
      return continuous(number);
    }
    if (seen.size() > 2) {
      throw tooMany(values, number);
    }
    return binary(values);
  }

  private Treatment continuous(boolean number) {
    if (!number) {
      throw bad(
          ErrorCode.BAD_COLUMN,
          "is %s and cannot be continuous. Leave treatment_type out.".formatted(column.sqlType()));
    }
    if (arguments.isGiven("control")) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "control => '%s': a continuous treatment has no untreated value. Leave control out."
              .formatted(arguments.requiredText("control")));
    }
    return new Treatment(column.name(), false, "", "");
  }

  private Treatment binary(double[] values) {
    double low = seen.firstKey();
    double high = seen.lastKey();
    String control = arguments.text("control");
    boolean byName = column.kind() == RawTable.Kind.TEXT && textAfter(low, high);
    double untreated = control == null ? (byName ? high : low) : valueOf(control);
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] == untreated ? 0 : 1;
    }
    double treated = untreated == low ? high : low;
    return new Treatment(column.name(), true, show(untreated), show(treated));
  }

  /** Codes are in the order texts were seen; the smaller text is the untreated one. */
  private boolean textAfter(double low, double high) {
    return show(low).compareTo(show(high)) > 0;
  }

  private double valueOf(String control) {
    for (var entry : seen.entrySet()) {
      if (entry.getValue().equalsIgnoreCase(control) || equalNumber(entry.getKey(), control)) {
        return entry.getKey();
      }
    }
    throw new WhatifException(
        ErrorCode.BAD_ARGUMENT,
        "control => '%s': the treatment '%s' has the values %s. Use one of them."
            .formatted(
                control,
                column.name(),
                String.join(" and ", seen.values().stream().sorted().toList())));
  }

  private boolean equalNumber(double value, String text) {
    if (column.kind() != RawTable.Kind.NUMBER) {
      return false;
    }
    try {
      return Double.parseDouble(text) == value;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private WhatifException tooMany(double[] values, boolean number) {
    boolean many = seen.size() > CONTINUOUS_FROM;
    List<String> shown = smallest(values, number);
    String found =
        String.format(
            Locale.ROOT,
            "has %s%d distinct values (%s%s) and method '%s' takes 2",
            many ? "more than " : "",
            many ? CONTINUOUS_FROM : seen.size(),
            String.join(", ", shown.subList(0, Math.min(shown.size(), SHOWN))),
            shown.size() > SHOWN ? ", ..." : "",
            arguments.function().arguments().contains(StudyArguments.METHOD)
                ? arguments.requiredText("method")
                : "binary");
    return bad(
        ErrorCode.BAD_COLUMN,
        found
            + (number
                ? ". Filter the relation to two of them, or say treatment_type => 'continuous'."
                : ". Filter the relation to two of them."));
  }

  /** The smallest different values as they are shown, one more than are told. */
  private List<String> smallest(double[] values, boolean number) {
    TreeSet<Double> least =
        new TreeSet<>(
            number ? Comparator.<Double>naturalOrder() : Comparator.comparing(this::show));
    for (double value : values) {
      if (least.add(value) && least.size() > SHOWN + 1) {
        least.pollLast();
      }
    }
    return least.stream().map(this::show).toList();
  }

  private String show(double value) {
    if (column.kind() == RawTable.Kind.TEXT) {
      return dictionary.get((int) value);
    }
    if (column.sqlType().equals("BOOLEAN")) {
      return value == 0 ? "false" : "true";
    }
    return number(value);
  }

  /** A number without a needless fraction. */
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private WhatifException bad(ErrorCode code, String what) {
    return new WhatifException(code, "treatment => '%s': column %s".formatted(column.name(), what));
  }
}
