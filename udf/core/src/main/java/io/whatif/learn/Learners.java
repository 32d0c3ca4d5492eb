/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.learn.LearnerOptions.Option;
import io.whatif.learn.LearnerOptions.Range;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The learners there are, by their text. */
public final class Learners {
  private static final String MULTINOMIAL = "multinomial";
  private static final String ISOTONIC = "isotonic";

  /** One line a learner; messages name them in this order. */
  private static final List<Entry> ALL =
      List.of(
          Entry.any("auto", (options, kind) -> new AutoLearner()),
          Entry.any("spline", (options, kind) -> PenalizedLearner.spline()),
          Entry.any("linear", (options, kind) -> linear(kind)),
          Entry.any("ols", (options, kind) -> new LinearLearner("ols", 0, false)),
          Entry.any(
              "ridge",
              (options, kind) -> ridge(options.number("alpha")),
              Option.of("alpha", "1", Range.POSITIVE).orAuto()),
          Entry.any(
              "lasso",
              (options, kind) -> elasticNet(options.number("lambda"), 1),
              Option.of("lambda", "0.1", Range.POSITIVE).elseChosen()),
          Entry.any(
              "elastic_net",
              (options, kind) -> elasticNet(options.number("lambda"), options.number("l1_ratio")),
              Option.of("lambda", "0.1", Range.POSITIVE).elseChosen(),
              Option.of("l1_ratio", "0.5", Range.SHARE)),
          Entry.any(
              "gbt",
              (options, kind) ->
                  new TreeLearner(
                      new BoostedTrees(
                          options.count("trees"), options.count("depth"), options.number("rate"))),
              Option.of("trees", "200", Range.TREES),
              Option.of("depth", "3", Range.DEPTH),
              Option.of("rate", "0.1", Range.SHARE)),
          Entry.any(
              "forest",
              (options, kind) ->
                  new TreeLearner(new RandomForest(options.count("trees"), options.count("depth"))),
              Option.of("trees", "200", Range.TREES),
              Option.of("depth", "8", Range.DEPTH)),
          Entry.any(
              "honest_forest",
              (options, kind) ->
                  new HonestForestLearner(options.number("trees"), options.number("leaf")),
              Option.of("trees", "100", Range.TREES).elseChosen(),
              Option.of("leaf", "20", Range.POSITIVE).elseChosen()),
          Entry.chance("logit", (options, kind) -> logistic(Double.POSITIVE_INFINITY)),
          Entry.chance(
              "logistic",
              (options, kind) -> logistic(options.number("c")),
              Option.of("c", "1", Range.POSITIVE)),
          Entry.chance(
              MULTINOMIAL,
              (options, kind) -> binary(options.number("c")),
              Option.of("c", "1", Range.POSITIVE)));

  private Learners() {}

  /** Makes a learner of options that are checked. */
  @FunctionalInterface
  private interface Maker {
    Learner make(LearnerOptions options, Target.Kind kind);
  }

  /**
   * One learner.
   *
   * @param only what it predicts, null if it predicts anything
   */
  private record Entry(String name, Target.@Nullable Kind only, Maker maker, List<Option> options) {
    static Entry any(String name, Maker maker, Option... options) {
      return new Entry(name, null, maker, List.of(options));
    }

    static Entry chance(String name, Maker maker, Option... options) {
      return new Entry(name, Target.Kind.PROBABILITY, maker, List.of(options));
    }
  }

  /**
   * Reads a learner such as {@code spline}, {@code ridge(alpha=1)} or {@code
   * elastic_net(lambda=0.1, l1_ratio=0.5)}. Case and spaces do not matter; {@code =>}, {@code :=}
   * and {@code :} may stand for {@code =}; the first option may stand without its name.
   *
   * @param argument the SQL argument the text was given for, for messages
   * @param kind what is to be predicted
   */
  public static Learner parse(String argument, String text, Target.Kind kind) {
    return parse(new Given(argument + " => '" + text + "': "), text, kind);
  }

  /**
   * Reads a learner of several classes: logistic regressions are multinomial, others fit each class
   * against the rest.
   *
   * @param argument the SQL argument the text was given for, for messages
   */
  public static ClassLearner parseClasses(String argument, String text) {
    return classes(argument, text, parse(argument, text, Target.Kind.PROBABILITY));
  }

  /** As {@link #parseClasses}, of what the text was read as. */
  public static ClassLearner classes(String argument, String text, Learner learner) {
    Given given = new Given(argument + " => '" + text + "': ");
    if (learner instanceof LinearLearner) {
      throw given.bad(
          learner.name()
              + " predicts values, and not the chances of several arms. "
              + "Use spline, linear, multinomial(c=1) or gbt.");
    }
    if (learner instanceof LogisticLearner logistic) {
      double c = logistic.name().startsWith(MULTINOMIAL) ? logistic.c() / 2 : logistic.c();
      return new MultinomialLearner(logistic.name(), c, logistic.even());
    }
    return new OneVersusRest(learner);
  }

  /** Whether a report tells of a choice that had to do without gbt. */
  public static boolean lackTrees(String report) {
    return report.contains(LearnerChoice.WITHOUT_TREES);
  }

  /** What begins every message. */
  private record Given(String text) {
    WhatifException bad(String what) {
      return new WhatifException(ErrorCode.BAD_ARGUMENT, text + what);
    }
  }

  private static Learner parse(Given given, String text, Target.Kind kind) {
    LearnerText read = LearnerText.read(text);
    if (read == null) {
      throw given.bad("this is not a learner. Use one such as spline or ridge(alpha=1).");
    }
    if (read.name().equals(ISOTONIC)) {
      return isotonic(given, read, kind);
    }
    Entry entry =
        ALL.stream()
            .filter(e -> e.name().equals(read.name()))
            .findFirst()
            .orElseThrow(() -> given.bad("there is no such learner." + suggestion(read.name())));
    if (entry.only() == Target.Kind.PROBABILITY) {
      checkChance(given, entry.name(), kind);
    }
    return entry.maker().make(new LearnerOptions(given.text(), read, entry.options()), kind);
  }

  private static void checkChance(Given given, String name, Target.Kind kind) {
    if (kind == Target.Kind.VALUE) {
      throw given.bad(
          name
              + " predicts the chance of a 0/1 column, and this one is not. "
              + "Use spline, ridge(alpha=1) or ols.");
    }
  }

  /** A learner around another one, which stands in its brackets. */
  private static Learner isotonic(Given given, LearnerText read, Target.Kind kind) {
    checkChance(given, ISOTONIC, kind);
    if (read.parts().size() != 1 || !read.parts().get(0).option().isEmpty()) {
      throw given.bad("isotonic calibrates a learner. Write isotonic(gbt).");
    }
    return new IsotonicLearner(parse(given, read.parts().get(0).value(), kind));
  }

  private static Learner linear(Target.Kind kind) {
    return kind == Target.Kind.VALUE
        ? new LinearLearner("linear", 1, true)
        : new LogisticLearner("linear", 1, true);
  }

  private static Learner ridge(double alpha) {
    return Double.isNaN(alpha)
        ? PenalizedLearner.ridge()
        : new LinearLearner("ridge(alpha=" + alpha + ")", alpha, false);
  }

  private static Learner elasticNet(double lambda, double ratio) {
    String given = "lambda=" + (Double.isNaN(lambda) ? "auto" : lambda);
    String name =
        ratio == 1 ? "lasso(" + given + ")" : "elastic_net(" + given + ", l1_ratio=" + ratio + ")";
    return new ElasticNetLearner(name, lambda, ratio);
  }

  private static Learner logistic(double c) {
    return new LogisticLearner(Double.isInfinite(c) ? "logit" : "logistic(c=" + c + ")", c, false);
  }

  /** Of two classes, whose coefficients are opposite: both are penalised, so each by half. */
  private static Learner binary(double c) {
    return new LogisticLearner(MULTINOMIAL + "(c=" + c + ")", 2 * c, false);
  }

  /** The known name in most of whose letters, in order, {@code name} agrees. */
  private static String suggestion(String name) {
    String nearest = "";
    int best = 2;
    List<String> names = new ArrayList<>(ALL.stream().map(Entry::name).toList());
    names.add(ISOTONIC);
    for (String known : names) {
      int distance = Math.max(name.length(), known.length()) - common(name, known);
      if (distance < best || (distance == best && nearest.isEmpty())) {
        best = distance;
        nearest = known;
      }
    }
    int last = names.size() - 1;
    return nearest.isEmpty()
        ? " Use " + String.join(", ", names.subList(0, last)) + " or " + names.get(last) + "."
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
}
