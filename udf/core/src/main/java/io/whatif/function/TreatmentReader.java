/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.Parallel;
import io.whatif.data.RawTable;
import io.whatif.data.RawTable.RawColumn;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Treatment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Decides how a treatment column is read: two different values are binary, three or more texts are
 * arms, ten or more numbers are continuous, three to nine must be told.
 */
final class TreatmentReader {
  private static final int CONTINUOUS_FROM = 10;

  /** Arms a treatment may have. */
  private static final int MAX_ARMS = 50;

  /** Values a message shows at most. */
  private static final int SHOWN = 5;

  private final List<String> dictionary;
  private final RawColumn column;
  private final Arguments arguments;
  private final TreeMap<Double, String> seen = new TreeMap<>();

  /** The value of each code; empty where values are their own codes. */
  private double[] codes = {};

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

  /** Whether values, NaN for NULL, are three different ones or more. */
  static boolean isSeveral(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).distinct().limit(3).count() == 3;
  }

  /** Gives all values of a treatment in pieces, on all threads. */
  @FunctionalInterface
  interface Values {
    void forEach(RoleColumns.Piece piece);
  }

  /** Whether {@link #recode} gives others than the relation's own values. */
  boolean isRecoded() {
    return codes.length > 0;
  }

  /** How values are read, of which there are many; they are recoded if that is to be. */
  Treatment read(Run run, double[] values) {
    Treatment treatment =
        read(
            piece ->
                Parallel.forEachRange(
                    run,
                    values.length,
                    (from, to) ->
                        piece.accept(Arrays.copyOfRange(values, from, to), from, to - from)));
    recode(values, values.length);
    return treatment;
  }

  /** How the values of the usable rows are read. */
  Treatment read(Values values) {
    ConcurrentSkipListMap<Integer, double[]> parts = new ConcurrentSkipListMap<>();
    values.forEach((some, from, count) -> parts.put(from, different(some, count)));
    double[] all = joined(parts.values());
    for (double value : different(all, all.length)) {
      seen.put(value, show(value));
    }
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
    if (seen.size() == 2) {
      return coded(Treatment.Kind.BINARY);
    }
    boolean arms = type.equals("arms") || (type.equals("auto") && !number);
    if (!takesArms() || !arms || seen.size() > MAX_ARMS) {
      throw tooMany(values, number);
    }
    return coded(Treatment.Kind.ARMS);
  }

  private static double[] joined(Collection<double[]> parts) {
    int count = 0;
    for (double[] part : parts) {
      count += part.length;
    }
    double[] all = new double[count];
    int at = 0;
    for (double[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** The different ones of some values, in the order they come; one more than arms at most. */
  private static double[] different(double[] values, int some) {
    double[] found = new double[MAX_ARMS + 1];
    int count = 0;
    double one = Double.NaN;
    double other = Double.NaN;
    for (int i = 0; i < some && count <= MAX_ARMS; i++) {
      // Which of the two a value is cannot be foretold, that it is one of them can.
      int known = (values[i] == one ? 1 : 0) + (values[i] == other ? 1 : 0);
      if (known > 0) {
        continue;
      }
      int place = 0;
      while (place < count && found[place] != values[i]) {
        place++;
      }
      if (place == count) {
        found[count++] = values[i];
        one = found[0];
        other = count > 1 ? found[1] : one;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private boolean takesArms() {
    return arguments.function().takes(StudyArguments.TREATMENT_TYPE);
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
    return new Treatment(column.name(), Treatment.Kind.CONTINUOUS, List.of());
  }

  /** Codes the values: the control is 0, the others follow in their order, texts in theirs. */
  private Treatment coded(Treatment.Kind kind) {
    List<Double> order = new ArrayList<>(seen.keySet());
    if (column.kind() == RawTable.Kind.TEXT) {
      order.sort(Comparator.comparing(this::show));
    }
    String control = arguments.text("control");
    if (control != null) {
      Double untreated = valueOf(control);
      order.remove(untreated);
      order.add(0, untreated);
    }
    Treatment coded = new Treatment(column.name(), kind, order.stream().map(this::show).toList());
    double[] known = order.stream().mapToDouble(Double::doubleValue).toArray();
    codes = Arrays.equals(known, new double[] {0, 1}) ? new double[0] : known;
    return coded;
  }

  /** Puts codes in the stead of values; where there are none, the values are what is read. */
  void recode(double[] values, int count) {
    for (int i = 0; codes.length > 0 && i < count; i++) {
      int code = 0;
      while (code < codes.length && codes[code] != values[i]) {
        code++;
      }
      values[i] = code < codes.length ? code : Double.NaN;
    }
  }

  /** The value that is written so; else the one that differs from it in case alone. */
  private double valueOf(String control) {
    List<Double> alike = new ArrayList<>();
    for (var entry : seen.entrySet()) {
      if (entry.getValue().equals(control) || equalNumber(entry.getKey(), control)) {
        return entry.getKey();
      }
      if (entry.getValue().equalsIgnoreCase(control)) {
        alike.add(entry.getKey());
      }
    }
    if (alike.size() == 1) {
      return alike.get(0);
    }
    throw new WhatifException(
        ErrorCode.BAD_ARGUMENT,
        "control => '%s': the treatment '%s' has the values %s. Use one of them%s."
            .formatted(
                control,
                column.name(),
                list(seen.values().stream().sorted().toList()),
                alike.isEmpty() ? "" : ", in its own case"));
  }

  private static String list(List<String> words) {
    int last = words.size() - 1;
    return String.join(", ", words.subList(0, last)) + " and " + words.get(last);
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

  private WhatifException tooMany(Values values, boolean number) {
    int limit = takesArms() && !number ? MAX_ARMS : CONTINUOUS_FROM;
    boolean many = seen.size() > limit;
    List<String> shown = smallest(values, number);
    String found =
        String.format(
            Locale.ROOT,
            "has %s%d distinct values (%s%s)",
            many ? "more than " : "",
            many ? limit : seen.size(),
            String.join(", ", shown.subList(0, Math.min(shown.size(), SHOWN))),
            shown.size() > SHOWN ? ", ..." : "");
    String filter = ". Filter the relation to two of them";
    if (!takesArms()) {
      return bad(ErrorCode.BAD_COLUMN, found + " and this function takes 2" + filter + ".");
    }
    if (arguments.requiredText("treatment_type").equals("binary")) {
      return bad(
          ErrorCode.BAD_COLUMN,
          found
              + " and treatment_type => 'binary' takes 2"
              + filter
              + ", or leave treatment_type out.");
    }
    return bad(
        ErrorCode.BAD_COLUMN,
        !number
            ? found + ". Group them into fewer arms."
            : seen.size() > MAX_ARMS
                ? found + ", too many for arms. Say treatment_type => 'continuous'."
                : found + ". Say treatment_type => 'arms' or 'continuous'.");
  }

  /** The smallest different values as they are shown, one more than are told. */
  private List<String> smallest(Values values, boolean number) {
    Comparator<Double> order =
        number ? Comparator.naturalOrder() : Comparator.comparing(this::show);
    TreeSet<Double> least = new TreeSet<>(order);
    values.forEach(
        (some, from, count) -> {
          TreeSet<Double> own = new TreeSet<>(order);
          for (int i = 0; i < count; i++) {
            addLeast(own, some[i]);
          }
          synchronized (least) {
            own.forEach(value -> addLeast(least, value));
          }
        });
    return least.stream().map(this::show).toList();
  }

  private static void addLeast(NavigableSet<Double> least, double value) {
    if (least.add(value) && least.size() > SHOWN + 1) {
      least.pollLast();
    }
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
