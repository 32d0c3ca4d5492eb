/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The learners there are, by their text. */
public final class Learners {
  private static final List<String> NAMES =
      List.of("spline", "linear", "ols", "ridge", "logit", "logistic");
  private static final Pattern TEXT =
      Pattern.compile("([a-z_]+)(?:\\((?:([a-z_]+)(?:=>|:=|=|:))?([^()=:]*)\\))?");

  private Learners() {}

  /**
   * Reads {@code ridge(alpha=1)}, {@code ols}, {@code logit}, {@code logistic(c=1)}, {@code linear}
   * or {@code spline}. Case and spaces do not matter; {@code =>}, {@code :=} and {@code :} may
   * stand for {@code =}; a number alone is the learner's one option, and a learner without it takes
   * 1.
   *
   * @param argument the SQL argument the text was given for, for messages
   * @param kind what is to be predicted
   */
  public static Learner parse(String argument, String text, Target.Kind kind) {
    String given = argument + " => '" + text + "': ";
    Matcher matcher = TEXT.matcher(text.toLowerCase(Locale.ROOT).replaceAll("\\s+", ""));
    if (!matcher.matches()) {
      throw bad(given + "this is not a learner. Use one such as spline or ridge(alpha=1).");
    }
    String name = matcher.group(1);
    if (!NAMES.contains(name)) {
      throw bad(given + "there is no such learner." + suggestion(name));
    }
    String option = matcher.group(2);
    String value = matcher.group(3);
    if (name.startsWith("logi") && kind == Target.Kind.VALUE) {
      throw bad(
          given
              + name
              + " predicts the chance of a 0/1 column, and this one is not. "
              + "Use spline, ridge(alpha=1) or ols.");
    }
    return switch (name) {
      case "ridge" -> {
        double alpha = number(given, name, "alpha", option, value);
        yield new LinearLearner("ridge(alpha=" + alpha + ")", alpha, false);
      }
      case "logistic" -> {
        double c = number(given, name, "c", option, value);
        yield new LogisticLearner("logistic(c=" + c + ")", c, false);
      }
      default -> {
        if (value != null && !value.isEmpty()) {
          throw bad(given + name + " takes no options. Write '" + name + "'.");
        }
        yield switch (name) {
          case "ols" -> new LinearLearner("ols", 0, false);
          case "linear" ->
              kind == Target.Kind.VALUE
                  ? new LinearLearner("linear", 1, true)
                  : new LogisticLearner("linear", 1, true);
          case "spline" -> new SplineLearner();
          case "logit" -> new LogisticLearner("logit", Double.POSITIVE_INFINITY, false);
          default -> throw new IllegalStateException("no learner behind the name " + name);
        };
      }
    };
  }

  private static double number(
      String given,
      String name,
      String expected,
      @org.jspecify.annotations.Nullable String option,
      @org.jspecify.annotations.Nullable String value) {
    if (value == null || value.isEmpty()) {
      return 1;
    }
    String usage = " Write " + name + "(" + expected + "=1).";
    if (option != null && !option.equals(expected)) {
      throw bad(given + name + " has no option '" + option + "'." + usage);
    }
    double number;
    try {
      number = Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw bad(given + "'" + value + "' is not a number." + usage);
    }
    if (!(number > 0) || Double.isInfinite(number)) {
      throw bad(given + expected + " must be positive and finite." + usage);
    }
    return number;
  }

  /** The known name in most of whose letters, in order, {@code name} agrees. */
  private static String suggestion(String name) {
    String nearest = "";
    int best = 2;
    for (String known : NAMES) {
      int distance = Math.max(name.length(), known.length()) - common(name, known);
      if (distance < best || (distance == best && nearest.isEmpty())) {
        best = distance;
        nearest = known;
      }
    }
    return nearest.isEmpty()
        ? " Use " + String.join(", ", NAMES.subList(0, NAMES.size() - 1)) + " or logistic."
        : " Did you mean " + nearest + "?";
  }

  /** The length of the longest common subsequence. */
  private static int common(String a, String b) {
    int[][] length = new int[a.length() + 1][b.length() + 1];
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        length[i][j] =
            a.charAt(i - 1) == b.charAt(j - 1)
                ? length[i - 1][j - 1] + 1
                : Math.max(length[i - 1][j], length[i][j - 1]);
      }
    }
    return length[a.length()][b.length()];
  }

  private static WhatifException bad(String message) {
    return new WhatifException(ErrorCode.BAD_ARGUMENT, message);
  }
}
