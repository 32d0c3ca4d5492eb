/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The options of one learner as they were given, checked. */
final class LearnerOptions {
  private static final String AUTO = "auto";

  private final Map<String, Double> values = new HashMap<>();

  /**
   * An option that a learner takes.
   *
   * @param example a good value, as messages show it; also what a learner without the option takes,
   *     unless that is chosen
   * @param auto whether {@code auto} may stand for a value that the learner chooses
   * @param chosen whether a learner without the option chooses the value
   */
  record Option(String name, String example, Range range, boolean auto, boolean chosen) {
    static Option of(String name, String standard, Range range) {
      return new Option(name, standard, range, false, false);
    }

    /** Left out, it takes the example; {@code auto} has it chosen. */
    Option orAuto() {
      return new Option(name, example, range, true, false);
    }

    /** Left out, it is chosen. */
    Option elseChosen() {
      return new Option(name, example, range, true, true);
    }
  }

  /** What values an option may have. */
  enum Range {
    POSITIVE("must be positive and finite"),
    SHARE("must be above 0 and at most 1"),
    TREES("must be a whole number from 1 to 10000"),
    DEPTH("must be a whole number from 1 to 20");

    private final String rule;

    Range(String rule) {
      this.rule = rule;
    }

    boolean holds(double value) {
      boolean whole = value == Math.rint(value);
      return switch (this) {
        case POSITIVE -> value > 0 && value < Double.POSITIVE_INFINITY;
        case SHARE -> value > 0 && value <= 1;
        case TREES -> whole && value >= 1 && value <= 10_000;
        case DEPTH -> whole && value >= 1 && value <= 20;
      };
    }
  }

  /**
   * Reads options.
   *
   * @param given what begins a message: the argument and its text
   */
  LearnerOptions(String given, LearnerText text, List<Option> known) {
    String name = text.name();
    String usage = " Write " + usage(name, known) + ".";
    for (Option option : known) {
      values.put(
          option.name(), option.chosen() ? Double.NaN : Double.parseDouble(option.example()));
    }
    if (known.isEmpty() && !text.parts().isEmpty()) {
      throw bad(given + name + " takes no options." + usage);
    }
    java.util.Set<String> seen = new java.util.HashSet<>();
    for (int i = 0; i < text.parts().size(); i++) {
      LearnerText.Part part = text.parts().get(i);
      if (part.option().isEmpty() && i > 0) {
        throw bad(given + "only the first option can stand without its name." + usage);
      }
      Option option =
          known.stream()
              .filter(o -> part.option().isEmpty() || o.name().equals(part.option()))
              .findFirst()
              .orElseThrow(
                  () -> bad(given + name + " has no option '" + part.option() + "'." + usage));
      if (!seen.add(option.name())) {
        throw bad(given + option.name() + " is given twice." + usage);
      }
      if (!part.value().isEmpty()) {
        values.put(option.name(), number(given, usage, option, part.value()));
      }
    }
  }

  private static double number(String given, String usage, Option option, String value) {
    if (option.auto() && value.equals(AUTO)) {
      return Double.NaN;
    }
    double number;
    try {
      number = Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw bad(given + "'" + value + "' is not a number." + usage);
    }
    if (!option.range().holds(number)) {
      throw bad(given + option.name() + " " + option.range().rule + "." + usage);
    }
    return number;
  }

  /** How the learner is written with all its options. */
  private static String usage(String name, List<Option> known) {
    return known.isEmpty()
        ? "'" + name + "'"
        : known.stream()
            .map(o -> o.name() + "=" + o.example())
            .collect(Collectors.joining(", ", name + "(", ")"));
  }

  /** The value of an option; NaN if it is to be chosen. */
  double number(String name) {
    Double value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no option " + name);
    }
    return value;
  }

  /** The value of an option that counts. */
  int count(String name) {
    return (int) number(name);
  }

  private static WhatifException bad(String message) {
    return new WhatifException(ErrorCode.BAD_ARGUMENT, message);
  }
}
