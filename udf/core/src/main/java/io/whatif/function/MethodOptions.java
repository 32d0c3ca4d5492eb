/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Estimator;
import io.whatif.estimate.Estimators;
import io.whatif.estimate.Option;
import io.whatif.estimate.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The options that estimators declare, as arguments of the functions that take a method. */
final class MethodOptions {
  /** The argument of each option, in the order of the estimators. */
  static final List<Argument> ARGUMENTS = arguments();

  private MethodOptions() {}

  private static List<Argument> arguments() {
    Map<String, Argument> all = new LinkedHashMap<>();
    for (Estimator estimator : Estimators.ALL) {
      for (Option option : estimator.options()) {
        all.putIfAbsent(option.name(), argument(option));
      }
    }
    return List.copyOf(all.values());
  }

  private static Argument argument(Option option) {
    Argument argument =
        Argument.optional(
            option.name(),
            switch (option.kind()) {
              case WORD -> Argument.Type.WORD;
              case TEXT -> Argument.Type.TEXT;
              case NUMBER -> Argument.Type.NUMBER;
              case INTEGER -> Argument.Type.INTEGER;
              case BOOLEAN -> Argument.Type.BOOLEAN;
              case NUMBER_OR_WORD -> Argument.Type.NUMBER_OR_WORD;
            },
            option.text() + " For method " + methods(option.name()) + ".");
    Argument limited = argument.withChoices(option.choices().toArray(String[]::new));
    return option.fallback().equals("") ? limited : limited.withDefault(option.fallback());
  }

  /** The methods that take an option, as a phrase. */
  private static String methods(String option) {
    return String.join(
        ", ",
        Estimators.ALL.stream()
            .filter(e -> e.options().stream().anyMatch(o -> o.name().equals(option)))
            .map(Estimator::name)
            .toList());
  }

  /**
   * The values given for the options of the call's method.
   *
   * @throws WhatifException if an option of another method is given
   */
  static Settings of(Arguments arguments) {
    Estimator estimator = Estimators.named(arguments.requiredText("method"));
    List<String> own = new ArrayList<>();
    Map<String, Object> values = new LinkedHashMap<>();
    for (Option option : estimator.options()) {
      own.add(option.name());
      Object given = arguments.given().get(option.name());
      if (given != null) {
        values.put(option.name(), given);
      }
    }
    for (Argument argument : ARGUMENTS) {
      if (arguments.isGiven(argument.name()) && !own.contains(argument.name())) {
        throw new WhatifException(
            ErrorCode.BAD_ARGUMENT,
            "%s => %s: method '%s' does not take it, but %s. Leave it out, or change the method."
                .formatted(
                    argument.name(),
                    arguments.given().get(argument.name()),
                    estimator.name(),
                    methods(argument.name())));
      }
    }
    return new Settings(values);
  }
}
