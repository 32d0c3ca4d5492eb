/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.jr.ob.JSON;
import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A call's arguments as a JSON object, {@code spec => '{...}'} or {@code spec_file => 'path'}: what
 * {@code cate_models()} gives back, or written by hand, with columns by pattern and options by
 * stage.
 *
 * <pre>
 * {"macros": {"BEFORE": {"regex": "^pre_"}},
 *  "roles": {"outcome": "post_spend", "treatment": "coupon", "controls": "BEFORE"},
 *  "outcome_model": {"learner": "ridge", "alpha": 0.01},
 *  "treatment_model": {"learner": "logistic", "c": 1},
 *  "effect_model": {"method": "linear_dml"},
 *  "folds": 3}
 * </pre>
 *
 * <p>Any argument of the function may stand at the top, in {@code roles} or in {@code
 * effect_model}. A text that is the name of a macro stands for the macro's value.
 */
public final class Specification {
  static final Argument SPEC =
      Argument.optional(
          "spec",
          Argument.Type.TEXT,
          "Further arguments as a JSON object, such as the spec that cate_models() shows.");
  static final Argument SPEC_FILE =
      Argument.optional(
          "spec_file", Argument.Type.TEXT, "A file that holds the spec, read by DuckDB.");

  private static final List<String> SECTIONS = List.of("roles", "effect_model");
  private static final Map<String, String> LEARNERS =
      Map.of("outcome_model", "outcome_learner", "treatment_model", "treatment_learner");

  private final FunctionDescriptor function;
  private final String written;
  private final Map<?, ?> macros;
  private final Map<String, Object> found = new LinkedHashMap<>();

  private Specification(FunctionDescriptor function, String written, Map<?, ?> json) {
    this.function = function;
    this.written = written;
    Object named = json.get("macros");
    this.macros = named == null ? Map.of() : object("macros", named);
    json.forEach((name, value) -> read(String.valueOf(name), value));
    if (found.isEmpty()) {
      throw bad(
          ErrorCode.BAD_ARGUMENT,
          "names no argument. Write one such as {\"roles\": {\"outcome\": \"y\", \"treatment\": \"d\"}}.");
    }
  }

  /**
   * The arguments with those of their spec, which is then gone from them; the same if they have
   * none.
   *
   * @param given as written in the call, names as the user wrote them
   * @param files reads a file's text
   * @throws WhatifException one line on a spec that is no JSON, names what is no argument, or
   *     contradicts the call
   */
  public static Map<String, @Nullable Object> expand(
      FunctionDescriptor function,
      Map<String, ? extends @Nullable Object> given,
      UnaryOperator<String> files) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>(given);
    if (!function.takes(SPEC)) {
      return all;
    }
    Object spec = all.remove(SPEC.name());
    Object file = all.remove(SPEC_FILE.name());
    if (spec != null && file != null) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "%s: spec and spec_file are both given. Keep one.".formatted(function.name()));
    }
    if (spec == null && file == null) {
      return all;
    }
    String written = spec == null ? "spec_file => '" + file + "'" : "spec";
    String text = spec == null ? read(function, String.valueOf(file), files) : spec.toString();
    Specification read = new Specification(function, written, parse(function, written, text));
    read.found.forEach(
        (name, value) -> {
          for (Map.Entry<String, ? extends @Nullable Object> own : given.entrySet()) {
            boolean same =
                read.argument(own.getKey()).map(a -> a.name().equals(name)).orElse(false);
            if (same && own.getValue() != null && !alike(own.getValue(), value)) {
              throw read.bad(
                  ErrorCode.BAD_ARGUMENT,
                  "says %s is %s, and the call %s. Keep one."
                      .formatted(name, Arguments.show(value), Arguments.show(own.getValue())));
            }
          }
          all.putIfAbsent(name, value);
        });
    return all;
  }

  private static String read(
      FunctionDescriptor function, String file, UnaryOperator<String> files) {
    try {
      return files.apply(file);
    } catch (WhatifException e) {
      throw e.in(function.name());
    }
  }

  private static boolean alike(Object a, Object b) {
    if (a instanceof Number x && b instanceof Number y) {
      return x.doubleValue() == y.doubleValue();
    }
    return a.equals(b) || List.of(a).equals(b) || a.equals(List.of(b));
  }

  private static Map<?, ?> parse(FunctionDescriptor function, String written, String text) {
    try {
      if (JSON.std.anyFrom(text) instanceof Map<?, ?> json) {
        return json;
      }
    } catch (StreamConstraintsException e) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          String.format(
              Locale.ROOT,
              "%s: %s: is nested more than %d deep, or holds a text or number too long to be read. Write {\"roles\": {\"outcome\": \"y\", \"treatment\": \"d\"}}.",
              function.name(),
              written,
              StreamReadConstraints.DEFAULT_MAX_DEPTH));
    } catch (JsonProcessingException e) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          String.format(
              Locale.ROOT,
              "%s: %s: is no JSON from its line %d, character %d on. Correct it.",
              function.name(),
              written,
              e.getLocation().getLineNr(),
              e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory cannot be read", e);
    }
    throw new WhatifException(
        ErrorCode.BAD_ARGUMENT,
        "%s: %s: must be a JSON object. Write {\"roles\": {...}}."
            .formatted(function.name(), written));
  }

  private void read(String name, @Nullable Object value) {
    String learner = LEARNERS.get(name);
    if (name.equals("macros") || value == null) {
      return;
    }
    if (SECTIONS.contains(name)) {
      object(name, value).forEach((inner, v) -> put(String.valueOf(inner), v, name));
    } else if (learner != null) {
      put(learner, value instanceof Map<?, ?> stage ? learner(name, stage) : value, null);
    } else {
      put(name, value, null);
    }
  }

  /** Takes an argument that stands in a section, or at the top if that is null. */
  private void put(String name, @Nullable Object value, @Nullable String section) {
    if (value == null) {
      return;
    }
    Argument argument = argument(name).orElseThrow(() -> unknown(name, section));
    if (found.put(argument.name(), value(argument.name(), value)) != null) {
      throw bad(ErrorCode.BAD_ARGUMENT, "names %s twice. Keep one.".formatted(argument.name()));
    }
  }

  private Optional<Argument> argument(String name) {
    return arguments().filter(a -> a.isCalled(name)).findFirst();
  }

  /** What a specification may say: no other specification. */
  private Stream<Argument> arguments() {
    return function.arguments().stream().filter(a -> a != SPEC && a != SPEC_FILE);
  }

  private WhatifException unknown(String name, @Nullable String section) {
    List<String> top = new ArrayList<>(SECTIONS);
    top.addAll(LEARNERS.keySet());
    top.add("macros");
    if (section != null && top.contains(name)) {
      return bad(
          ErrorCode.UNKNOWN_ARGUMENT,
          "%s cannot stand within %s. Write it at the top.".formatted(name, section));
    }
    if (SPEC.isCalled(name) || SPEC_FILE.isCalled(name)) {
      return bad(
          ErrorCode.UNKNOWN_ARGUMENT,
          "%s cannot stand within a spec. Write its arguments themselves.".formatted(name));
    }
    List<String> names = new ArrayList<>(arguments().map(Argument::name).toList());
    if (section == null) {
      names.addAll(top);
    }
    String hint = Names.suggestion(name, names);
    return bad(
        ErrorCode.UNKNOWN_ARGUMENT,
        "there is no argument %s.%s".formatted(name, hint.isEmpty() ? " Leave it out." : hint));
  }

  private Object value(String name, Object written) {
    Object value = written;
    if (value instanceof String text && macros.get(text) != null) {
      value = macros.get(text);
    }
    if (value instanceof Map<?, ?> pattern) {
      if (pattern.size() == 1 && pattern.get("regex") instanceof String regex) {
        return "COLUMNS(" + regex + ")";
      }
      throw bad(
          ErrorCode.BAD_ARGUMENT,
          "%s is an object. Write a name, a list, or {\"regex\": \"^pre_\"}.".formatted(name));
    }
    if (value instanceof List<?> list) {
      List<Object> values = new ArrayList<>();
      for (Object item : list) {
        values.add(value(name, item == null ? "" : item));
      }
      return values;
    }
    return value instanceof Integer whole
        ? Long.valueOf(whole)
        : java.util.Objects.requireNonNull(value);
  }

  /** {@code {"learner": "ridge", "alpha": 1}} as {@code ridge(alpha=1)}. */
  private String learner(String section, Map<?, ?> stage) {
    List<String> options = new ArrayList<>();
    stage.forEach(
        (name, value) -> {
          if (!"learner".equals(name)) {
            options.add(name + "=" + value);
          }
        });
    if (!(stage.get("learner") instanceof String learner)) {
      throw bad(
          ErrorCode.MISSING_ARGUMENT,
          "%s names no learner. Write {\"learner\": \"spline\"}.".formatted(section));
    }
    return options.isEmpty() ? learner : learner + "(" + String.join(", ", options) + ")";
  }

  private Map<?, ?> object(String name, @Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw bad(
        ErrorCode.BAD_ARGUMENT, "%s must be an object. Write \"%s\": {...}.".formatted(name, name));
  }

  private WhatifException bad(ErrorCode code, String what) {
    return new WhatifException(code, "%s: %s: %s".formatted(function.name(), written, what));
  }
}
