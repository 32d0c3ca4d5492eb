/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
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
 * A causal forest grown on the residuals of a study.
 *
 * @param nuisances what the residuals are of
 * @param forest the trees
 * @param scales of the residuals it was grown on
 * @param bag what the trees that did not draw a row say of it
 */
record GrownForest(CrossFit nuisances, Forest forest, List<Scale> scales, Bag bag) {

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
    ForestPlan plan = ForestOptions.plan(options, study.features().size());
    ForestRows rows = ForestRows.of(run, study);
    double[] y = CrossFit.column(run, study, Study.OUTCOME);
    double[] d = CrossFit.column(run, study, Study.TREATMENT);
    WhatifException doubt = doubt(study, rows.units(), plan, d);
    if (doubt != null) {
      throw doubt;
    }
    CrossFit fitted = CrossFit.of(run, study, options, options.seed());
    for (int i = 0; i < y.length; i++) {
      y[i] -= fitted.outcome[i];
      d[i] -= fitted.treatment[i];
    }
    double[] u = rows.kept(y);
    double[] v = rows.kept(d);
    Scale[] scales = {Scale.of(u), Scale.of(v)};
    ForestData data = rows.data(scales, u, v);
    long held = ForestData.bytes(u.length, data.codes().length, run.threads());
    run.memory().take(held, "growing the forest");
    double unit = scales[0].unit() / scales[1].unit();
    ForestPlan chosen =
        ForestOptions.choosesSize(options) ? LeafSize.choose(run, data, plan) : plan;
    run.memory().take(data.treeBytes(chosen), "the trees of the forest");
    ForestGrower grower = new ForestGrower(data, chosen);
    int from = ForestOptions.firstTree(options);
    ForestGrower.Grown grown = grower.grow(run, from, from + chosen.trees());
    run.memory().giveBack(held);
    Bag bag = bag(rows, grown, grower.variances(run, grown, from), unit, y.length);
    Forest forest = Forest.of(rows.bins(), data, grown.trees());
    CrossFit told =
        new CrossFit(
            fitted.outcome,
            fitted.treatment,
            fitted.folds,
            new CrossFit.Fitted(fitted.learners + "; effect: " + text(chosen), fitted.converged));
    return new GrownForest(told, forest, List.of(scales), bag);
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

  private static String text(ForestPlan plan) {
    return String.format(
        Locale.ROOT, "causal_forest(trees=%d, min_node_size=%d)", plan.trees(), plan.minNodeSize());
  }

  /** Whether the defaults can make splits of a study's rows. */
  static boolean bears(Run run, Study study) {
    ForestPlan plan = ForestPlan.of(2, study.features().size(), 0);
    return doubt(study, units(study), plan, CrossFit.column(run, study, Study.TREATMENT)) == null;
  }

  private static int units(Study study) {
    int[] clusters = study.units().clusters();
    return clusters == null
        ? Math.toIntExact(study.rows())
        : (int) Arrays.stream(clusters).distinct().count();
  }

  /** Why no tree could make a split of so many units; null if trees can. */
  private static @Nullable WhatifException doubt(
      Study study, int units, ForestPlan plan, double[] treatment) {
    double share = plan.sampleFraction() * (plan.honesty() ? plan.honestyFraction() : 1);
    int growing = (int) (units * share);
    int wanted = 4 * plan.minNodeSize();
    if (growing < wanted) {
      return new WhatifException(
          ErrorCode.BAD_RELATION,
          String.format(
              Locale.ROOT,
              "%d usable %s are too few for method 'causal_forest': %d of them choose the splits of a tree, and with min_node_size => %d it takes %d. Use more rows, or a smaller min_node_size.",
              units,
              study.units().clusters() == null ? "rows" : "clusters",
              growing,
              plan.minNodeSize(),
              wanted));
    }
    return study.treatment().binary() ? doubt(study, plan, treatment, share) : null;
  }

  /** The same of the rarer arm. */
  private static @Nullable WhatifException doubt(
      Study study, ForestPlan plan, double[] treatment, double share) {
    long treated = Arrays.stream(treatment).filter(d -> d == 1).count();
    long rarer = Math.min(treated, treatment.length - treated);
    if (rarer * share >= 2.0 * plan.minNodeSize()) {
      return null;
    }
    return new WhatifException(
        ErrorCode.BAD_COLUMN,
        String.format(
            Locale.ROOT,
            "treatment => '%s': the rarer value has %d rows, of which about %d choose the splits of a tree, and with min_node_size => %d it takes %d. Use more rows, a smaller min_node_size, or method => 'dr'.",
            study.treatment().column(),
            rarer,
            (long) (rarer * share),
            plan.minNodeSize(),
            2 * plan.minNodeSize()));
  }

  /** The model to score rows with. */
  ForestCate model(Run run, Study study, FitOptions options) {
    List<Feature> features = new EffectBasis(study, options).features();
    List<Integer> nullable = new ArrayList<>();
    for (int f = 0; f < features.size(); f++) {
      if (study.profile().nulls(study.features().get(f)) > 0) {
        nullable.add(f);
      }
    }
    return new ForestCate(
        features, nullable, forest, unit(), options.level(), Support.ranges(run, study), scales);
  }

  /**
   * The scores by nuisances: of a binary treatment as {@link Scores}; of a continuous one \( \tau +
   * \frac{D - e}{Var(D | X)} (Y - m - (D - e) \tau) \).
   */
  Scores scores(Run run, Study study, FitOptions options, CrossFit by) {
    double[] effect = bag.effect();
    int n = effect.length;
    run.memory().take(40L * n, "the scores");
    double[] y = CrossFit.column(run, study, Study.OUTCOME);
    double[] d = CrossFit.column(run, study, Study.TREATMENT);
    double[] slope =
        study.treatment().binary() ? slopes(by, d) : slopes(run, study, options, by, d);
    double[] score = new double[n];
    boolean binary = study.treatment().binary();
    for (int i = 0; i < n; i++) {
      double e = binary ? Scores.clip(by.treatment[i]) : by.treatment[i];
      score[i] = effect[i] + slope[i] * (y[i] - by.outcome[i] - (d[i] - e) * effect[i]);
    }
    return new Scores(new double[][] {y, d, effect, score, slope}, study);
  }

  private static double[] slopes(CrossFit by, double[] d) {
    double[] slopes = new double[d.length];
    for (int i = 0; i < d.length; i++) {
      double e = Scores.clip(by.treatment[i]);
      slopes[i] = (d[i] - e) / (e * (1 - e));
    }
    return slopes;
  }

  /** With the treatment's variance given covariates as its learner predicts it. */
  private static double[] slopes(
      Run run, Study study, FitOptions options, CrossFit by, double[] d) {
    double[] squares = by.predict(run, study, options, study.treatmentSquare());
    double center = study.profile().mean(Study.TREATMENT);
    double sum = 0;
    for (int i = 0; i < d.length; i++) {
      double v = d[i] - by.treatment[i];
      sum += v * v;
    }
    double least = LEAST_VARIANCE * sum / d.length;
    double[] slopes = new double[d.length];
    for (int i = 0; i < d.length; i++) {
      double shift = by.treatment[i] - center;
      slopes[i] = (d[i] - by.treatment[i]) / Math.max(least, squares[i] - shift * shift);
    }
    return slopes;
  }
}
