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
 * A causal forest grown on the residuals of a study, or an instrumental one where it has an
 * instrument.
 *
 * @param nuisances what the residuals are of
 * @param instrument the instrument predicted out of fold; null where there is none
 * @param forest the trees
 * @param unit by what the trees' effects are multiplied
 * @param effect of each row by the trees that did not draw it
 */
record GrownForest(
    CrossFit nuisances,
    CrossFit.@Nullable Predictions instrument,
    Forest forest,
    double unit,
    double[] effect) {

  /** The least variance of a treatment given covariates, as a share of their mean. */
  private static final double LEAST_VARIANCE = 0.1;

  static GrownForest of(Run run, Study study, FitOptions options) {
    ForestPlan plan = ForestOptions.plan(options, study.features().size());
    ForestRows rows = ForestRows.of(run, study);
    double[] y = CrossFit.column(run, study, Study.OUTCOME);
    double[] d = CrossFit.column(run, study, Study.TREATMENT);
    Study.Instrument instrument = study.instrument();
    double[] z = instrument == null ? d : CrossFit.column(run, study, instrument.place());
    WhatifException doubt = doubt(study, rows.units(), plan, z);
    if (doubt != null) {
      throw doubt;
    }
    CrossFit fitted = CrossFit.of(run, study, options, options.seed());
    CrossFit.Predictions expected =
        instrument == null ? null : fitted.instrument(run, study, options, instrument);
    for (int i = 0; i < y.length; i++) {
      y[i] -= fitted.outcome[i];
      d[i] -= fitted.treatment[i];
      z[i] -= expected == null ? 0 : expected.values()[i];
    }
    double[] u = rows.kept(y);
    double[] v = rows.kept(d);
    ForestData data;
    Scale[] scales = {Scale.of(u), Scale.of(v)};
    if (expected == null) {
      data = rows.data(scales, u, v);
    } else {
      double[] moving = rows.kept(z);
      data = rows.data(new Scale[] {scales[0], scales[1], Scale.of(moving)}, u, v, moving);
    }
    long held = ForestData.bytes(u.length, data.codes().length, run.threads());
    run.memory().take(held, "growing the forest");
    double unit = scales[0].unit() / scales[1].unit();
    ForestPlan chosen =
        ForestOptions.choosesSize(options) ? LeafSize.choose(run, data, plan) : plan;
    run.memory().take(data.treeBytes(chosen), "the trees of the forest");
    ForestGrower.Grown grown = new ForestGrower(data, chosen).growPacked(run);
    run.memory().giveBack(held);
    double[] effect = rows.spread(grown.outOfBag(), y.length);
    for (int i = 0; i < effect.length; i++) {
      effect[i] *= unit;
    }
    Forest forest = Forest.of(rows.bins(), data, grown.trees());
    CrossFit told =
        new CrossFit(
            fitted.outcome,
            fitted.treatment,
            fitted.folds,
            new CrossFit.Fitted(
                fitted.learners
                    + (expected == null ? "" : "; " + expected.names("instrument"))
                    + "; effect: "
                    + text(study, chosen),
                fitted.converged && (expected == null || expected.converged())));
    return new GrownForest(told, expected, forest, unit, effect);
  }

  private static String method(Study study) {
    return study.instrument() == null ? "causal_forest" : "instrumental_forest";
  }

  private static String text(Study study, ForestPlan plan) {
    return String.format(
        Locale.ROOT,
        "%s(trees=%d, min_node_size=%d)",
        method(study),
        plan.trees(),
        plan.minNodeSize());
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
      Study study, int units, ForestPlan plan, double[] moving) {
    double share = plan.sampleFraction() * (plan.honesty() ? plan.honestyFraction() : 1);
    int growing = (int) (units * share);
    int wanted = 4 * plan.minNodeSize();
    if (growing < wanted) {
      return new WhatifException(
          ErrorCode.BAD_RELATION,
          String.format(
              Locale.ROOT,
              "%d usable %s are too few for method '%s': %d of them choose the splits of a tree, and with min_node_size => %d it takes %d. Use more rows, or a smaller min_node_size.",
              units,
              study.units().clusters() == null ? "rows" : "clusters",
              method(study),
              growing,
              plan.minNodeSize(),
              wanted));
    }
    Study.Instrument instrument = study.instrument();
    boolean binary = instrument == null ? study.treatment().binary() : instrument.binary();
    return binary ? doubt(study, plan, moving, share) : null;
  }

  /** The same of the rarer of two values. */
  private static @Nullable WhatifException doubt(
      Study study, ForestPlan plan, double[] moving, double share) {
    long ones = Arrays.stream(moving).filter(d -> d == 1).count();
    long rarer = Math.min(ones, moving.length - ones);
    if (rarer * share >= 2.0 * plan.minNodeSize()) {
      return null;
    }
    Study.Instrument instrument = study.instrument();
    return new WhatifException(
        ErrorCode.BAD_COLUMN,
        String.format(
            Locale.ROOT,
            "%s: the rarer value has %d rows, of which about %d choose the splits of a tree, and with min_node_size => %d it takes %d. Use more rows, a smaller min_node_size, or %s.",
            instrument == null
                ? "treatment => '" + study.treatment().column() + "'"
                : "instrument => '" + instrument.column() + "'",
            rarer,
            (long) (rarer * share),
            plan.minNodeSize(),
            2 * plan.minNodeSize(),
            instrument == null ? "method => 'dr'" : "leave features out"));
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
        features, nullable, forest, unit, options.level(), Support.ranges(run, study));
  }

  /**
   * The scores by nuisances: of a binary treatment as {@link Scores}; of a continuous one \( \tau +
   * \frac{D - e}{Var(D | X)} (Y - m - (D - e) \tau) \).
   */
  Scores scores(Run run, Study study, FitOptions options, CrossFit by) {
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
