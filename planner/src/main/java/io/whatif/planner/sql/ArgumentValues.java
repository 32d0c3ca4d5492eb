/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.data.WhatifException;
import io.whatif.function.Argument;
import io.whatif.function.Arguments;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.Specification;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The values of a call's named arguments, read one after the other: literals, which are known now,
 * and SQL expressions, which are known when the statement runs.
 */
final class ArgumentValues {
  private final SqlTokens sql;
  private final CallFinder.Site site;
  private final Map<String, @Nullable Object> literals = new LinkedHashMap<>();
  private final Map<String, String> expressions = new LinkedHashMap<>();

  /** None yet, of the call at {@code site} of {@code sql}. */
  ArgumentValues(SqlTokens sql, CallFinder.Site site) {
    this.sql = sql;
    this.site = site;
  }

  /**
   * Reads a value.
   *
   * @param argument one that has a name
   * @param inner what becomes of an expression, which may hold calls itself
   * @throws WhatifException if it is given twice, or is an expression and must be known now
   */
  void read(WrittenArgument argument, UnaryOperator<String> inner) {
    String name = Objects.requireNonNull(argument.name());
    Optional<Argument> known = find(site.function(), name);
    String key = known.map(Argument::name).orElse(name);
    Argument.Type type = known.map(Argument::type).orElse(Argument.Type.VALUE);
    if (literals.containsKey(key) || expressions.containsKey(key)) {
      throw site.mistake(key + " is given twice. Keep one.");
    }
    Optional<Literal> literal = Literal.read(sql, argument.from(), argument.to(), type);
    if (literal.isPresent()) {
      literals.put(key, literal.get().value());
      return;
    }
    String text = argument.text(sql);
    if (shapesStatement(type, key)) {
      throw neededNow(key, text);
    }
    boolean parameter =
        argument.to() - argument.from() == 1 && sql.is(argument.from(), Token.Kind.PARAMETER);
    expressions.put(key, parameter ? typed(text, type) : inner.apply(text));
  }

  /** Columns and models must be known when the statement is planned. */
  private static boolean shapesStatement(Argument.Type type, String name) {
    return type == Argument.Type.COLUMN
        || type == Argument.Type.COLUMNS
        || type == Argument.Type.NAMES
        || name.equals("model")
        || name.startsWith("spec")
        || name.equals("if_exists");
  }

  private WhatifException neededNow(String name, String text) {
    return site.mistake(
        "%s => %s: must be written out, it is needed before the statement runs."
            .formatted(name, text));
  }

  /**
   * A parameter whose type DuckDB knows before it has a value, so that it can tell the columns of
   * the statement: in a subquery, as JSON functions give no type where they see a parameter.
   * Numbers and booleans stay what they are, and texts in their place are told by us.
   */
  private static String typed(String parameter, Argument.Type type) {
    return switch (type) {
      case NUMBER, INTEGER, NUMBER_OR_WORD, BOOLEAN ->
          "(SELECT coalesce(TRY_CAST(v AS JSON), to_json(v)) FROM (SELECT %s::VARCHAR AS v))"
              .formatted(parameter);
      case WORD, TEXT -> "(SELECT " + parameter + "::VARCHAR)";
      default -> parameter;
    };
  }

  /**
   * Puts the arguments of the spec, if one is given, beside the others.
   *
   * @param files reads the text of a file
   * @throws WhatifException on a mistake in the spec, or what is given in both
   */
  void expandSpec(UnaryOperator<String> files) {
    Map<String, @Nullable Object> expanded = Specification.expand(site.function(), literals, files);
    for (String name : expressions.keySet()) {
      if (!literals.containsKey(name) && expanded.containsKey(name)) {
        throw site.mistake(name + " is given in the spec, and in the call. Keep one.");
      }
    }
    literals.clear();
    literals.putAll(expanded);
  }

  /** Whether the argument has a value, be it known or not; NULL is none. */
  boolean isGiven(String name) {
    return literals.get(name) != null || expressions.containsKey(name);
  }

  /** The value that is known of an argument, null if there is none. */
  @Nullable Object literal(String name) {
    return literals.get(name);
  }

  /** Gives the argument a value. */
  void put(String name, Object value) {
    literals.put(name, value);
  }

  /** Takes the argument's known value away. */
  void remove(String name) {
    literals.remove(name);
  }

  /** The values that are known, by the names of arguments. */
  Map<String, @Nullable Object> literals() {
    return Collections.unmodifiableMap(literals);
  }

  /** The SQL text of the others. */
  Map<String, String> expressions() {
    return Collections.unmodifiableMap(expressions);
  }

  /** The arguments of a call whose values must all be known now. */
  Arguments constants() {
    for (Map.Entry<String, String> expression : expressions.entrySet()) {
      throw neededNow(expression.getKey(), expression.getValue());
    }
    return Arguments.of(site.function(), literals);
  }

  /**
   * Checks names and values; an expression counts as a value of the right type.
   *
   * @param ofModel whether a stored model has what the function requires
   */
  void check(boolean ofModel) {
    FunctionDescriptor function = site.function();
    Map<String, @Nullable Object> known = new LinkedHashMap<>(literals);
    expressions.keySet().forEach(name -> known.put(name, sample(function, name)));
    if (ofModel) {
      function.arguments().stream()
          .filter(Argument::required)
          .forEach(a -> known.putIfAbsent(a.name(), sample(function, a.name())));
    }
    Arguments.of(function, known);
  }

  private static Object sample(FunctionDescriptor function, String name) {
    return find(function, name)
        .map(
            a ->
                switch (a.type()) {
                  case NUMBER, INTEGER, NUMBER_OR_WORD -> (Object) 1L;
                  case BOOLEAN -> true;
                  case WORD -> a.choices().isEmpty() ? "word" : a.choices().get(0);
                  case COLUMN, COLUMNS, NAMES, TEXT, VALUE -> "name";
                })
        .orElse("name");
  }

  /** The argument that goes by that name. */
  static Optional<Argument> find(FunctionDescriptor function, String name) {
    return function.arguments().stream().filter(a -> a.isCalled(name)).findFirst();
  }

  /** Whether {@code written} is a name of the argument {@code name}. */
  static boolean means(FunctionDescriptor function, String written, String name) {
    return written.equalsIgnoreCase(name)
        || find(function, written).map(a -> a.name().equalsIgnoreCase(name)).orElse(false);
  }
}
