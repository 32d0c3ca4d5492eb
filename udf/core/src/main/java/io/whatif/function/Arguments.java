/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one call, checked against the function's descriptor: every name known, every
 * value of its type, every required one present. A NULL value counts as not given.
 */
public final class Arguments {
  /** Lists within each other that a message shows. */
  private static final int SHOWN_LISTS = 2;

  private final FunctionDescriptor function;
  private final Map<String, Object> values;

  private Arguments(FunctionDescriptor function, Map<String, Object> values) {
    this.function = function;
    this.values = values;
  }

  /**
   * Checks {@code given}, whose values are String, Number, Boolean, List or null as JSON has them.
   *
   * @throws WhatifException one line on the first mistake
   */
  public static Arguments of(FunctionDescriptor function, Map<String, @Nullable Object> given) {
    Arguments arguments = ofReport(function, given);
    for (Argument argument : function.arguments()) {
      if (argument.required() && !arguments.isGiven(argument.name())) {
        throw new WhatifException(
            ErrorCode.MISSING_ARGUMENT,
            "%s: %s is missing. Add %s => %s."
                .formatted(function.name(), argument.name(), argument.name(), sample(argument)));
      }
    }
    return arguments;
  }

  /**
   * As {@link #of}, but nothing is required: for a report on a stored model by a function that also
   * takes a relation, whose roles the model has already.
   */
  public static Arguments ofReport(
      FunctionDescriptor function, Map<String, @Nullable Object> given) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, @Nullable Object> entry : given.entrySet()) {
      Argument argument = find(function, entry.getKey());
      Object value = entry.getValue();
      if (value == null) {
        continue;
      }
      if (values.containsKey(argument.name())) {
        throw new WhatifException(
            ErrorCode.BAD_ARGUMENT,
            "%s: %s is given twice. Keep one.".formatted(function.name(), argument.name()));
      }
      values.put(argument.name(), new Check(function, argument).value(value));
    }
    return new Arguments(function, values);
  }

  private static Argument find(FunctionDescriptor function, String name) {
    List<String> names = new ArrayList<>();
    for (Argument argument : function.arguments()) {
      if (argument.isCalled(name)) {
        return argument;
      }
      names.add(argument.name());
      names.addAll(argument.aliases());
    }
    if (name.equalsIgnoreCase("instrument")) {
      throw new WhatifException(
          ErrorCode.UNKNOWN_ARGUMENT,
          "%s: there is no argument instrument. Use cate_fit(..., method => 'instrumental_forest', instrument => 'column'), whose average is in dml_summary."
              .formatted(function.name()));
    }
    Optional<String> nearest = Names.nearest(name, names);
    throw new WhatifException(
        ErrorCode.UNKNOWN_ARGUMENT,
        nearest
            .map(
                n ->
                    "%s: there is no argument %s. Did you mean %s?"
                        .formatted(function.name(), name, n))
            .orElse(
                "%s: there is no argument %s. It takes %s."
                    .formatted(function.name(), name, String.join(", ", names))));
  }

  /** Whether most calls name one column where several may be. */
  private static boolean oneOrSeveral(Argument argument) {
    return argument == StudyArguments.OUTCOMES || argument == StudyArguments.TREATMENTS;
  }

  private static String sample(Argument argument) {
    if (oneOrSeveral(argument)) {
      return "'column'"; // one is what most calls name
    }
    return switch (argument.type()) {
      case COLUMN -> "'column'";
      case COLUMNS -> "['column', ...]";
      case NAMES -> "['name', ...]";
      case TEXT -> argument.fallback() == null ? "'name'" : show(argument.fallback());
      case WORD, NUMBER_OR_WORD ->
          argument.choices().isEmpty() ? "'word'" : "'" + argument.choices().get(0) + "'";
      case NUMBER, INTEGER -> "1";
      case BOOLEAN -> "true";
      case VALUE -> "value";
    };
  }

  /** These arguments with another value for one of them. */
  Arguments with(String name, Object value) {
    Map<String, Object> changed = new LinkedHashMap<>(values);
    changed.put(name, value);
    return new Arguments(function, changed);
  }

  public FunctionDescriptor function() {
    return function;
  }

  public boolean isGiven(String name) {
    return values.containsKey(name);
  }

  /** The text, column or word given for {@code name}, its default, or null. */
  public @Nullable String text(String name) {
    Object value = valueOrDefault(name);
    return value == null ? null : value.toString();
  }

  /** As {@link #text}, for an argument that is required or has a default. */
  public String requiredText(String name) {
    String text = text(name);
    if (text == null) {
      throw new IllegalStateException(function.name() + " has no default for " + name);
    }
    return text;
  }

  /** The column names given for {@code name}, empty if not given. */
  public List<String> names(String name) {
    Object value = valueOrDefault(name);
    if (value instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    return value == null ? List.of() : List.of(value.toString());
  }

  public double number(String name) {
    Object value = valueOrDefault(name);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new IllegalStateException(function.name() + " has no number for " + name);
  }

  public long integer(String name) {
    Object value = valueOrDefault(name);
    if (value instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalStateException(function.name() + " has no whole number for " + name);
  }

  public boolean flag(String name) {
    return Boolean.TRUE.equals(valueOrDefault(name));
  }

  /** Whether the value of a {@link Argument.Type#NUMBER_OR_WORD} is a number. */
  public boolean isNumber(String name) {
    return valueOrDefault(name) instanceof Number;
  }

  /** What was given, by argument name, for provenance. */
  public Map<String, Object> given() {
    return new LinkedHashMap<>(values);
  }

  private @Nullable Object valueOrDefault(String name) {
    Object value = values.get(name);
    if (value != null) {
      return value;
    }
    for (Argument argument : function.arguments()) {
      if (argument.name().equals(name)) {
        return argument.fallback();
      }
    }
    throw new IllegalStateException(function.name() + " has no argument " + name);
  }

  /** Checks one value against its argument. */
  private record Check(FunctionDescriptor function, Argument argument) {
    Object value(Object given) {
      return switch (argument.type()) {
        case COLUMN, TEXT -> text(given);
        case COLUMNS ->
            oneOrSeveral(argument) && given instanceof String ? text(given) : columns(given);
        case NAMES -> names(given);
        case WORD -> word(given);
        case NUMBER -> number(given);
        case INTEGER -> integer(given);
        case BOOLEAN -> flag(given);
        case NUMBER_OR_WORD -> given instanceof Number ? number(given) : numberOrWord(given);
        case VALUE -> {
          if (given instanceof List || given instanceof Map) {
            throw wrong(given);
          }
          yield given.toString();
        }
      };
    }

    private String text(Object given) {
      if (given instanceof String s && !s.isBlank()) {
        return s;
      }
      throw wrong(given);
    }

    private List<String> columns(Object given) {
      List<String> columns = new ArrayList<>();
      for (String name : names(given)) {
        if (columns.stream().noneMatch(name::equalsIgnoreCase)) {
          columns.add(name);
        }
      }
      return columns;
    }

    private List<String> names(Object given) {
      List<?> list = given instanceof List<?> l ? l : List.of(given);
      List<String> names = new ArrayList<>();
      for (Object name : list) {
        if (!(name instanceof String s) || s.isBlank()) {
          throw wrong(given);
        }
        names.add(s);
      }
      return names;
    }

    private String word(Object given) {
      if (given instanceof String s) {
        String lower = s.toLowerCase(Locale.ROOT);
        for (String choice : argument.choices()) {
          if (choice.toLowerCase(Locale.ROOT).equals(lower)) {
            return choice;
          }
        }
      }
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "%s: %s => %s: must be %s%s.%s"
              .formatted(
                  function.name(),
                  argument.name(),
                  show(given),
                  argument.choices().size() > 1 ? "one of " : "",
                  String.join(", ", argument.choices().stream().map(c -> "'" + c + "'").toList()),
                  Names.suggestion(given.toString(), argument.choices())));
    }

    private Object numberOrWord(Object given) {
      if (given instanceof String s && isNumeric(s)) {
        return Double.valueOf(s);
      }
      return word(given);
    }

    private static boolean isNumeric(String s) {
      return s.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");
    }

    private Double number(Object given) {
      if (given instanceof Number n && Double.isFinite(n.doubleValue())) {
        return n.doubleValue();
      }
      throw wrong(given);
    }

    private Long integer(Object given) {
      if (given instanceof Number n
          && n.doubleValue() == Math.rint(n.doubleValue())
          && Math.abs(n.doubleValue()) <= Long.MAX_VALUE) {
        return n.longValue();
      }
      throw wrong(given);
    }

    private Boolean flag(Object given) {
      if (given instanceof Boolean b) {
        return b;
      }
      throw wrong(given);
    }

    private WhatifException wrong(Object given) {
      boolean role = argument == StudyArguments.OUTCOME || argument == StudyArguments.TREATMENT;
      if (role && given instanceof List<?>) {
        return new WhatifException(
            ErrorCode.BAD_ARGUMENT,
            "%s: %s => %s: %s, or use dml_summary, which takes several."
                .formatted(
                    function.name(),
                    argument.name(),
                    show(given),
                    function.stores()
                        ? "a model is of one outcome. Fit one for each"
                        : "must be one column. Call it once for each"));
      }
      return new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "%s: %s => %s: %s."
              .formatted(function.name(), argument.name(), show(given), remedy(given)));
    }

    /**
     * What the value must be, with a sample where a kind of value does not show how it is written.
     */
    private String remedy(Object given) {
      String empty = given instanceof String s && s.isBlank() ? "must not be empty" : null;
      String kind =
          oneOrSeveral(argument) ? "a column name, or a list of them" : argument.type().text();
      String must = empty == null ? "must be " + kind : empty;
      return switch (argument.type()) {
        case COLUMN, COLUMNS, NAMES, TEXT ->
            "%s. Write %s => %s".formatted(must, argument.name(), sample(argument));
        default -> must;
      };
    }
  }

  /** A value as a user would write it; of lists in lists in lists, that there are some. */
  static String show(Object value) {
    return show(value, SHOWN_LISTS);
  }

  private static String show(Object value, int lists) {
    if (value instanceof List<?> list) {
      return lists == 0
          ? "[...]"
          : "["
              + String.join(
                  ", ", list.stream().map(v -> show(v == null ? "NULL" : v, lists - 1)).toList())
              + "]";
    }
    return value instanceof String s ? "'" + s.replace("'", "''") + "'" : value.toString();
  }
}
