/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.estimate.Warning.Severity;
import io.whatif.inference.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows, figures and doubts that {@link CiDml} tells of its estimates. */
final class CiReport {
  /** Rows of the smaller arm for each cluster below which customers' intervals are rough. */
  private static final int ROWS_PER_CLUSTER = 10;

  private final CiWeights.Plan plan;
  private final CiRepetition first;
  private final Medians robust;
  private final Medians even;
  private final boolean varies;
  private final long kept;
  private final String among;

  CiReport(Study study, CiWeights.Plan plan, CiRepetition first, Medians robust, Medians even) {
    this.plan = plan;
    this.first = first;
    this.robust = robust;
    this.even = even;
    this.varies = robust.beta().length > 1;
    this.kept = first.weights().kept(study);
    boolean[] in = first.weights().trim().inSupport;
    double supported = 0;
    double all = 0;
    for (int i = 0; i < in.length; i++) {
      supported += in[i] ? study.counted(i) : 0;
      all += study.counted(i);
    }
    String text = supported < all ? " among kept rows" : "";
    this.among =
        kept == supported ? text : (text.isEmpty() ? " among rows" : text) + " with all features";
  }

  /**
   * The rows of a summary.
   *
   * @param wald that all clusters have the same effect
   * @param crossing the share of customers' intervals that cross zero
   */
  List<Effect> effects(Wald wald, double crossing) {
    List<Effect> effects = new ArrayList<>();
    String estimand = plan.text() + among;
    Effect.Basis basis = new Effect.Basis(kept, robust.spreads().constant());
    if (!varies) {
      effects.add(
          Effect.of("treatment", Effect.Kind.COEFFICIENT, estimand, robust.constant(), basis));
    }
    effects.add(
        Effect.of("average effect", Effect.Kind.AVERAGE, estimand, robust.constant(), basis));
    effects.add(
        Effect.of(
            "average effect, homoscedastic error",
            Effect.Kind.AVERAGE,
            estimand,
            even.constant(),
            basis));
    if (varies) {
      addCustomers(effects, wald, crossing);
    }
    return effects;
  }

  /** What cluster scores tell. */
  private void addCustomers(List<Effect> effects, Wald wald, double crossing) {
    effects.add(
        Effect.of(
            "mean of customer effects",
            Effect.Kind.AVERAGE,
            plan.text() + among + ", by clusters",
            robust.average(),
            new Effect.Basis(kept, robust.spreads().average())));
    effects.add(
        new Effect(
            "customers whose interval crosses zero",
            Effect.Kind.SHARE,
            "share of customer effects" + among,
            new Estimate(crossing, Double.NaN),
            Double.NaN,
            0,
            new Effect.Basis(kept, Double.NaN)));
    for (int c = 0; c < robust.beta().length; c++) {
      effects.add(
          Effect.of(
              "cluster " + (c + 1),
              Effect.Kind.COEFFICIENT,
              "effect at the cluster's centre" + among,
              robust.coefficient(c),
              new Effect.Basis(kept, robust.spreads().beta()[c])));
    }
    effects.add(
        new Effect(
            "heterogeneity",
            Effect.Kind.TEST,
            "all clusters have the same effect" + among,
            new Estimate(wald.statistic(), Double.NaN),
            wald.pValue(),
            wald.degrees(),
            new Effect.Basis(kept, Double.NaN)));
  }

  void addFigures(Map<String, @Nullable Object> figures) {
    PropensityTrim trim = first.weights().trim();
    figures.put("n_kept", kept);
    figures.put("alpha", trim.alpha);
    figures.put("propensity_lower", trim.lower);
    figures.put("propensity_upper", trim.upper);
    figures.put("n_reclipped", trim.weights().reclipped());
    figures.put("std_error_homoscedastic", even.constant().standardError());
    if (varies) {
      figures.put("n_clusters", (long) robust.beta().length);
      figures.put("customer_mean", robust.average().value());
      figures.put("customer_mean_se", robust.average().standardError());
    }
  }

  /** Doubts of this method's own and the others, the worst first. */
  List<Warning> warnings(
      ClusterScores.Plan asked, @Nullable ClusterScores scores, List<Warning> others) {
    List<Warning> warnings = new ArrayList<>();
    if (plan.paper()) {
      warnings.add(
          new Warning(
              "paper_weights",
              Severity.CAUTION,
              "these weights are for reproduction: errors in predicting the outcome bias the estimate, and rows of poor overlap count more; leave weights out"));
    }
    if (scores != null) {
      addClusterDoubts(warnings, asked, scores);
    }
    warnings.addAll(others);
    warnings.sort(Warning.WORST_FIRST);
    return warnings;
  }

  private void addClusterDoubts(
      List<Warning> warnings, ClusterScores.Plan asked, ClusterScores scores) {
    PropensityTrim.Weights weights = first.weights().trim().weights();
    long smaller = Math.min(weights.treated().kept(), weights.control().kept());
    if (smaller < (long) ROWS_PER_CLUSTER * scores.width()) {
      warnings.add(
          new Warning(
              "few_rows_per_cluster",
              Severity.CAUTION,
              String.format(
                  Locale.ROOT,
                  "%d clusters for %d rows of the smaller arm: customers' effects are rough; use fewer clusters",
                  scores.width(),
                  smaller)));
    }
    if (scores.width() < asked.clusters()) {
      warnings.add(
          new Warning(
              "fewer_clusters",
              Severity.INFO,
              String.format(
                  Locale.ROOT,
                  "%d clusters were made: no more rows differ in their features",
                  scores.width())));
    }
    if (!scores.converged()) {
      warnings.add(
          new Warning(
              "clusters_unsettled",
              Severity.INFO,
              "the clusters' centres were still moving when their search ended: they are usable as they are"));
    }
  }
}
