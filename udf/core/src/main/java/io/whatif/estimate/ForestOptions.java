/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.forest.ForestPlan;
import java.util.List;
import java.util.Locale;

/** The options of forests, named and set as grf's. */
final class ForestOptions {
  static final Option TREES = Option.integer("trees", "How many trees; an even number.", 2000);
  static final Option FIRST_TREE =
      Option.integer(
          "first_tree",
          "The number of the first tree; an even number. Trees of other numbers are others: forests"
              + " of the same seed that share no number are merged by cate_merge into the one of all.",
          0);
  static final Option MIN_NODE_SIZE =
      new Option(
          "min_node_size",
          Option.Kind.NUMBER_OR_WORD,
          "A node of no more rows is a leaf, and each child has so many rows on either side of its"
              + " parent's mean treatment; auto chooses the size by out-of-bag loss. Left out: 5, and"
              + " from 20,000 rows on sqrt(rows / 800), rows twice those of the rarer arm.",
          "",
          List.of("auto"));
  static final Option MTRY =
      new Option(
          "mtry",
          Option.Kind.NUMBER,
          "The mean number of features that a split looks at. Left out: sqrt(p) + 20, at most p.",
          "",
          List.of());
  static final Option SAMPLE_FRACTION =
      Option.number(
          "sample_fraction", "The share of the rows that a tree draws, at most 0.5.", 0.5);
  static final Option HONESTY =
      Option.flag(
          "honesty",
          "Whether a leaf's estimate uses other rows than those that chose its splits.",
          true);
  static final Option HONESTY_FRACTION =
      Option.number("honesty_fraction", "The share of a tree's rows that choose its splits.", 0.5);
  static final Option MIN_BALANCE =
      Option.number(
          "min_balance",
          "The least share of a node's size (rows times variance of the treatment) in each child.",
          0.05);
  static final Option IMBALANCE_PENALTY =
      Option.number("imbalance_penalty", "How much a split is charged for unequal children.", 0);

  static final List<Option> ALL =
      List.of(
          TREES,
          FIRST_TREE,
          MIN_NODE_SIZE,
          MTRY,
          SAMPLE_FRACTION,
          HONESTY,
          HONESTY_FRACTION,
          MIN_BALANCE,
          IMBALANCE_PENALTY);

  static final Option INSTRUMENT =
      new Option(
          "instrument",
          Option.Kind.COLUMN,
          "A column that moves the treatment, and the outcome through the treatment alone: a number,"
              + " a boolean, or one of two texts.",
          "",
          List.of());
  static final Option INSTRUMENT_LEARNER =
      Option.text(
          "instrument_learner",
          "Predicts the instrument: as treatment_learner, which it is if left out.",
          "");

  private static final long MOST_TREES = 100_000;
  private static final long MOST_TREE = 1_000_000_000;

  /** The least leaf, and from how many rows on it grows with their root. */
  private static final int SMALLEST = 5;

  private static final double FEW_ROWS = 20_000;

  private ForestOptions() {}

  /** Whether leaves are sized by out-of-bag loss. */
  static boolean choosesSize(FitOptions options) {
    return options.own().text(MIN_NODE_SIZE).equals("auto");
  }

  /**
   * The size of leaves where none is asked for: 5, and of more than 20,000 rows \( \sqrt{n / 800}
   * \), so that both the bias of a leaf and the variance of its mean go to nought as rows grow, the
   * bias faster. Of two values of the treatment, or instrument, n is twice the rows of the rarer;
   * rows are clusters where there are any.
   */
  private static double leaf(Study study) {
    Study.Instrument instrument = study.instrument();
    boolean binary = instrument == null ? study.treatment().binary() : instrument.binary();
    double mean = study.profile().mean(instrument == null ? Study.TREATMENT : instrument.place());
    double rows = ForestLimits.units(study) * (binary ? 2 * Math.min(mean, 1 - mean) : 1);
    return Math.max(SMALLEST, Math.rint(SMALLEST * Math.sqrt(rows / FEW_ROWS)));
  }

  /** The plan for a study, checked; with the smallest leaves where they are to be chosen. */
  static ForestPlan plan(FitOptions options, Study study) {
    int features = study.features().size();
    Settings own = options.own();
    long trees = own.integer(TREES);
    if (trees < 2 || trees > MOST_TREES || trees % 2 != 0) {
      throw bad(
          TREES, (double) trees, "must be an even number between 2 and 100000, such as 2000.");
    }
    firstTree(options);
    double size =
        choosesSize(options)
            ? SMALLEST
            : own.isNumber(MIN_NODE_SIZE) ? own.number(MIN_NODE_SIZE) : leaf(study);
    if (!(size >= 1 && size <= 1_000_000 && size == Math.rint(size))) {
      throw bad(MIN_NODE_SIZE, size, "must be a whole number of 1 or more, or auto.");
    }
    double mtry = own.isNumber(MTRY) ? own.number(MTRY) : ForestPlan.mtry(features);
    if (!(mtry >= 1 && mtry <= features)) {
      throw bad(MTRY, mtry, "must lie between 1 and the number of features, " + features + ".");
    }
    return new ForestPlan(
        (int) trees,
        2,
        (int) size,
        mtry,
        within(own, SAMPLE_FRACTION, 0, 0.5, "must be above 0 and at most 0.5."),
        own.flag(HONESTY),
        within(own, HONESTY_FRACTION, 0, 0.999, "must lie between 0 and 1."),
        notNegative(own, MIN_BALANCE, 0.25),
        notNegative(own, IMBALANCE_PENALTY, Double.MAX_VALUE),
        options.seed());
  }

  private static double within(
      Settings own, Option option, double above, double most, String rule) {
    double value = own.number(option);
    if (!(value > above && value <= most)) {
      throw bad(option, value, rule);
    }
    return value;
  }

  private static double notNegative(Settings own, Option option, double most) {
    double value = own.number(option);
    if (!(value >= 0 && value <= most)) {
      throw bad(
          option,
          value,
          most < 1 ? "must lie between 0 and " + most + "." : "must be a number of 0 or more.");
    }
    return value;
  }

  private static WhatifException bad(Option option, double value, String what) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return new WhatifException(
        ErrorCode.BAD_ARGUMENT,
        String.format(
            Locale.ROOT,
            "%s => %s: %s",
            option.name(),
            whole ? Long.toString((long) value) : Double.toString(value),
            what));
  }

  /** The number of the first tree, checked. */
  static int firstTree(FitOptions options) {
    long first = options.own().integer(FIRST_TREE);
    if (first < 0 || first > MOST_TREE || first % 2 != 0) {
      throw bad(FIRST_TREE, (double) first, "must be an even number of 0 or more, such as 2000.");
    }
    return (int) first;
  }

  /** How many trees are asked for. */
  static int trees(FitOptions options) {
    return (int) options.own().integer(TREES);
  }
}
