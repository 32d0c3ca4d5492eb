/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.estimate.AverageEstimators;
import io.whatif.estimate.Estimators;
import io.whatif.estimate.Option;
import io.whatif.estimate.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * The options that estimators declare, as arguments of the functions that choose one of them by an
 * argument.
 */
final class MethodOptions {
  /** Of {@code method =>}. */
  static final MethodOptions METHODS = new MethodOptions("method", methods());

  /** Of {@code estimator =>}. */
  static final MethodOptions AVERAGES = new MethodOptions("estimator", averages());

  private final String choice;
  private final Map<String, List<Option>> options;
  private final List<Argument> arguments;

  /** The estimators that take an option, by its name. */
  private final Map<String, StringJoiner> takers = new HashMap<>();

  /**
   * Options.
   *
   * @param choice the argument that names an estimator
   * @param options those of each estimator, by its name
   */
  private MethodOptions(String choice, Map<String, List<Option>> options) {
    this.choice = choice;
    this.options = options;
    Map<String, Option> all = new LinkedHashMap<>();
    options.forEach(
        (name, own) -> {
          for (Option option : own) {
            all.putIfAbsent(option.name(), option);
            takers.computeIfAbsent(option.name(), first -> new StringJoiner(", ")).add(name);
          }
        });
    this.arguments = all.values().stream().map(this::argument).toList();
  }

  private static Map<String, List<Option>> methods() {
    Map<String, List<Option>> options = new LinkedHashMap<>();
    Estimators.ALL.forEach(estimator -> options.put(estimator.name(), estimator.options()));
    return options;
  }

  private static Map<String, List<Option>> averages() {
    Map<String, List<Option>> options = new LinkedHashMap<>();
    AverageEstimators.ALL.forEach(estimator -> options.put(estimator.name(), estimator.options()));
    return options;
  }

  /** The argument of each option, in the order of the estimators. */
  List<Argument> arguments() {
    return arguments;
  }

  private Argument argument(Option option) {
    Argument argument =
        Argument.optional(
            option.name(),
            switch (option.kind()) {
              case WORD -> Argument.Type.WORD;
              case TEXT -> Argument.Type.TEXT;
              case COLUMN -> Argument.Type.COLUMN;
              case NUMBER -> Argument.Type.NUMBER;
              case INTEGER -> Argument.Type.INTEGER;
              case BOOLEAN -> Argument.Type.BOOLEAN;
              case NUMBER_OR_WORD -> Argument.Type.NUMBER_OR_WORD;
            },
            option.text() + " For " + choice + " " + takers.get(option.name()) + ".");
    Argument limited = argument.withChoices(option.choices().toArray(String[]::new));
    return option.fallback().equals("") ? limited : limited.withDefault(option.fallback());
  }

  /**
   * The values given for the options of an estimator.
   *
   * @throws WhatifException if an option of another estimator is given
   */
  Settings of(Arguments given, String name) {
    List<String> own = new ArrayList<>();
    Map<String, Object> values = new LinkedHashMap<>();
    for (Option option : Objects.requireNonNull(options.get(name))) {
      own.add(option.name());
      Object value = given.given().get(option.name());
      if (value != null) {
        values.put(option.name(), value);
      }
    }
    for (Argument argument : arguments) {
      if (given.isGiven(argument.name()) && !own.contains(argument.name())) {
        throw new WhatifException(
            ErrorCode.BAD_ARGUMENT,
            "%s => %s: %s '%s' does not take it, but %s. Leave it out, or change the %s."
                .formatted(
                    argument.name(),
                    given.given().get(argument.name()),
                    choice,
                    name,
                    takers.get(argument.name()),
                    choice));
      }
    }
    return new Settings(values);
  }
}
