/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowColumns;
import io.whatif.data.Run;
import io.whatif.forest.Forest;
import io.whatif.forest.ForestData;
import io.whatif.forest.ForestGrower;
import io.whatif.forest.ForestPlan;
import io.whatif.forest.Scale;
import io.whatif.model.Feature;
import io.whatif.model.ForestCate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A causal forest grown on the residuals of a study, or an instrumental one where it has an
 * instrument.
 *
 * @param nuisances what the residuals are of
 * @param instrument the instrument predicted out of fold; null where there is none
 * @param forest the trees
 * @param scales of the residuals it was grown on
 * @param bag what the trees that did not draw a row say of it
 */
record GrownForest(
    CrossFit nuisances,
    CrossFit.@Nullable Predictions instrument,
    Forest forest,
    List<Scale> scales,
    Bag bag) {

  /**
   * What trees say of the rows that they did not draw.
   *
   * @param effect of each row, NaN if all trees drew it
   * @param error its standard error, NaN where it is not known
   * @param sums of the leaf means of those trees, in the units of the scaled responses
   * @param trees how many they are
   */
  record Bag(double[] effect, double[] error, double[] sums, int[] trees) {}

  /** The least variance of a treatment given covariates, as a share of their mean. */
  private static final double LEAST_VARIANCE = 0.1;

  static GrownForest of(Run run, Study study, FitOptions options) {
    ForestPlan plan = ForestOptions.plan(options, study);
    ForestRows rows = ForestRows.of(run, study);
    double[] y = study.column(run, Study.OUTCOME);
    double[] d = study.column(run, Study.TREATMENT);
    Study.Instrument instrument = study.instrument();
    double[] z = instrument == null ? d : study.column(run, instrument.place());
    ForestLimits.check(study, rows, plan, z);
    if (!ForestOptions.choosesSize(options)) {
      ForestLimits.checkMemory(run, plan, ForestLimits.treeBytes(study, rows, plan));
    }
    boolean choosing = ForestOptions.choosesSize(options);
    CrossFit fitted = CrossFit.of(run.part("", 0, .3), study, options, options.seed());
    CrossFit.Predictions expected =
        instrument == null
            ? null
            : fitted.instrument(run.part("", .3, .4), study, options, instrument);
    subtract(fitted.outcome.toArray(), y);
    subtract(fitted.treatment.toArray(), d);
    List<double[]> residuals = new ArrayList<>(List.of(y, d));
    if (expected != null) {
      subtract(expected.values().toArray(), z);
      residuals.add(z);
    }
    double[][] responses = residuals.stream().map(rows::kept).toArray(double[][]::new);
    Scale[] scales = Arrays.stream(responses).map(Scale::of).toArray(Scale[]::new);
    ForestData data = rows.data(scales, responses);
    long held = ForestData.bytes(data.rows(), data.codes().length, run.threads());
    run.memory().take(held, "growing the forest");
    ForestPlan chosen = choosing ? LeafSize.choose(run.part("", .4, .7), data, plan) : plan;
    ForestLimits.take(run, chosen, ForestLimits.treeBytes(study, rows, chosen));
    ForestGrower grower = new ForestGrower(data, chosen);
    int from = ForestOptions.firstTree(options);
    ForestGrower.Grown grown =
        grower.growPacked(run.part("", choosing ? .7 : .4, .9), from, from + chosen.trees());
    run.memory().giveBack(held);
    double unit = scales[0].unit() / scales[1].unit();
    Bag bag = bag(rows, grown, grower.variances(run.part("", .9, 1), grown, from), unit, y.length);
    Forest forest = Forest.of(rows.bins(), data, grown.trees());
    return new GrownForest(
        told(study, fitted, expected, chosen), expected, forest, List.of(scales), bag);
  }

  /** By what the trees' effects are multiplied. */
  private double unit() {
    return scales.get(0).unit() / scales.get(1).unit();
  }

  private static Bag bag(
      ForestRows rows, ForestGrower.Grown grown, double[] variance, double unit, int all) {
    double[] effect = rows.spread(grown.outOfBag(), all);
    double[] error = rows.spread(variance, all);
    for (int i = 0; i < all; i++) {
      effect[i] *= unit;
      error[i] = unit * Math.sqrt(error[i]);
    }
    return new Bag(
        effect, error, rows.spread(grown.sums(), all), rows.spread(grown.outside(), all));
  }

  private static void subtract(double[] expected, double[] from) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= expected[i];
    }
  }

  /** The nuisances, with what is told of all that was fitted. */
  private static CrossFit told(
      Study study, CrossFit fitted, CrossFit.@Nullable Predictions expected, ForestPlan plan) {
    String learners =
        fitted.learners
            + (expected == null ? "" : "; " + expected.names("instrument"))
            + "; effect: "
            + text(study, plan);
    boolean converged = fitted.converged && (expected == null || expected.converged());
    return new CrossFit(
        fitted.outcome, fitted.treatment, fitted.folds, new CrossFit.Fitted(learners, converged));
  }

  private static String text(Study study, ForestPlan plan) {
    return String.format(
        Locale.ROOT,
        "%s(trees=%d, min_node_size=%d)",
        ForestLimits.method(study),
        plan.trees(),
        plan.minNodeSize());
  }

  /** The model to score rows with. */
  ForestCate model(Study study, FitOptions options) {
    List<Feature> features = new EffectBasis(study, options).features();
    List<Integer> nullable = new ArrayList<>();
    for (int f = 0; f < features.size(); f++) {
      if (study.profile().nulls(study.features().get(f)) > 0) {
        nullable.add(f);
      }
    }
    return new ForestCate(
        features, nullable, forest, unit(), options.level(), Support.ranges(study), scales);
  }

  /**
   * The scores by nuisances: of a binary treatment as {@link Scores}; of a continuous one \( \tau +
   * \frac{D - e}{Var(D | X)} (Y - m - (D - e) \tau) \).
   */
  Scores scores(Run run, Study study, FitOptions options, CrossFit by) {
    double[] effect = bag.effect();
    int n = effect.length;
    run.memory().take(40L * n, "the scores");
    double[] y = study.column(run, Study.OUTCOME);
    double[] d = study.column(run, Study.TREATMENT);
    double[] slope =
        study.treatment().binary() ? slopes(by, d) : slopes(run, study, options, by, d);
    double[] outcome = by.outcome.toArray();
    double[] treatment = by.treatment.toArray();
    double[] score = new double[n];
    boolean binary = study.treatment().binary();
    for (int i = 0; i < n; i++) {
      double e = binary ? Scores.clip(treatment[i]) : treatment[i];
      score[i] = effect[i] + slope[i] * (y[i] - outcome[i] - (d[i] - e) * effect[i]);
    }
    return new Scores(new double[][] {y, d, effect, score, slope}, study);
  }

  private static double[] slopes(CrossFit by, double[] d) {
    double[] propensity = by.treatment.toArray();
    double[] slopes = new double[d.length];
    for (int i = 0; i < d.length; i++) {
      double e = Scores.clip(propensity[i]);
      slopes[i] = (d[i] - e) / (e * (1 - e));
    }
    return slopes;
  }

  /** With the treatment's variance given covariates as its learner predicts it. */
  private static double[] slopes(
      Run run, Study study, FitOptions options, CrossFit by, double[] d) {
    RowColumns.Maker inMemory = columns -> RowColumns.taken(columns, d.length);
    double[] squares = by.predict(run, study, options, study.treatmentSquare(), inMemory).toArray();
    double[] expected = by.treatment.toArray();
    double center = study.profile().mean(Study.TREATMENT);
    double sum = 0;
    for (int i = 0; i < d.length; i++) {
      double v = d[i] - expected[i];
      sum += v * v;
    }
    double least = LEAST_VARIANCE * sum / d.length;
    double[] slopes = new double[d.length];
    for (int i = 0; i < d.length; i++) {
      double shift = expected[i] - center;
      slopes[i] = (d[i] - expected[i]) / Math.max(least, squares[i] - shift * shift);
    }
    return slopes;
  }
}
