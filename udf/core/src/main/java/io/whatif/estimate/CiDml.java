/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.model.CateModel;
import io.whatif.model.ClusteredCate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * CI-DML: a weighted regression of the outcome's residual on the treatment's, pooled over folds
 * (DML2), after trimming and rescaling propensities ({@link CiWeights}); and with features the same
 * regression on cluster scores \( \psi \) ({@link ClusterScores}) times the treatment's residual,
 * whose coefficients give an effect and an interval for each row.
 *
 * <p>\( \hat\beta = \sum \omega \tilde D \tilde Y / \sum \omega \tilde D^2 \) with \( \tilde D = D
 * - e \), e rescaled; errors are those of {@link LeastSquares}: homoscedastic, and heteroscedastic
 * by {@code cov}. They take weights and clusters as given. The effect of a row is \( h =
 * \psi(x)^\top \hat\beta \), its variance \( \psi^\top V \psi \) (eq. 8 and 12); its interval is
 * for the projection of the effect on the scores.
 *
 * <p>Defaults that are not the paper's: orthogonal weights, alpha auto and common support, HC3.
 * Repetitions with other folds are aggregated by the median; clusters are the same in all.
 *
 * <p>Cost per repetition: the nuisances', and a scan of O(K^2) a row for each fold and each
 * covariance. Memory: 100 bytes a row.
 *
 * <p>Source: "Double Machine Learning at Scale to Predict Causal Impact of Customer Actions", eq.
 * 1-12.
 */
final class CiDml implements Estimator {
  private static final Option CLUSTERS =
      Option.integer("clusters", "Clusters of rows whose effects may differ, with features.", 20);
  private static final Option COMPONENTS =
      Option.number(
          "components",
          "Principal components of the features to cluster by: below 1 the share of variance they hold, else how many.",
          0.8);

  @Override
  public String name() {
    return "ci_dml";
  }

  @Override
  public int folds() {
    return 3;
  }

  @Override
  public List<Option> options() {
    return List.of(
        CiWeights.ESTIMAND,
        CiWeights.WEIGHTS,
        CiWeights.ALPHA,
        CiWeights.SUPPORT,
        CiWeights.RESCALE,
        CLUSTERS,
        COMPONENTS);
  }

  @Override
  public Fit fit(Run run, Study study, FitOptions options) {
    CiWeights.Plan plan = CiWeights.Plan.of(options.own());
    ClusterScores.Plan clustering = clustering(options);
    check(study);
    EffectBasis features = new EffectBasis(study, options);
    boolean[] complete = features.complete(run, study.data());
    CiRefusals.checkFeatures(run, study, complete);
    ClusterScores scores =
        features.width() == 1 ? null : ClusterScores.of(run, study, features, clustering);
    Repetitions<CiRepetition> all =
        Repetitions.of(
            run,
            study,
            options,
            (part, seed) ->
                CiRepetition.of(
                    part, study, options, new CiRepetition.Task(plan, scores, complete, seed)));
    CiRepetition first = all.first();
    Medians robust = all.medians(CiRepetition.ROBUST);
    Medians even = all.medians(CiRepetition.EVEN);
    Wald wald = Wald.allEqual(robust.beta(), robust.covariance());
    Diagnostics diagnostics =
        new Diagnostics(run, study, options, evidence(run, study, first, robust, wald));
    CateModel model = model(run, study, options, new Fitted(features, scores, robust));
    CiReport report = new CiReport(study, plan, first, robust, even);
    double crossing =
        scores == null ? Double.NaN : CrossingShare.of(run, study, model, first.weights().target());
    Map<String, @Nullable Object> figures = diagnostics.figures();
    report.addFigures(figures);
    if (model instanceof ClusteredCate clustered) {
      figures.put("n_components", (long) scores(scores).components());
      figures.put("components_share", scores(scores).share());
      figures.put("share_crossing_zero", crossing);
      figures.put(
          "share_crossing_zero_homoscedastic",
          CrossingShare.of(
              run, study, clustered.with(even.covariance()), first.weights().target()));
    }
    return new Fit(
        model,
        report.effects(wald, crossing),
        figures,
        diagnostics.explain(),
        report.warnings(clustering, scores, diagnostics.warnings()));
  }

  private static ClusterScores scores(@Nullable ClusterScores scores) {
    return Objects.requireNonNull(scores);
  }

  /** What diagnostics rest on: the scores of the rows that are kept. */
  private static Evidence evidence(
      Run run, Study study, CiRepetition first, Medians robust, Wald wald) {
    int width = robust.beta().length;
    return new Evidence(
        study,
        first.nuisances(),
        first.scores(),
        ConstantEffect.of(run, first.scores(), first.nuisances(), robust.cov(), study),
        new Evidence.Repeated(robust.reps(), robust.spreads().constant(), robust.cov()),
        width == 1
            ? Evidence.Shape.CONSTANT
            : new Evidence.Shape(true, width, first.rank(), wald.pValue(), Double.NaN));
  }

  private static ClusterScores.Plan clustering(FitOptions options) {
    long clusters = options.own().integer(CLUSTERS);
    if (clusters < 2 || clusters > 1000) {
      throw bad("clusters", clusters, "must lie between 2 and 1000, such as 20.");
    }
    double components = options.own().number(COMPONENTS);
    boolean whole = components >= 1 && components == Math.rint(components);
    if (!(components > 0 && (components < 1 || whole))) {
      throw bad(
          "components",
          components,
          "must be a share of variance between 0 and 1, or a whole number of components.");
    }
    return new ClusterScores.Plan((int) clusters, Math.min(components, 1e6), options.seed());
  }

  private static WhatifException bad(String name, Object value, String what) {
    return new WhatifException(ErrorCode.BAD_ARGUMENT, name + " => " + value + ": " + what);
  }

  private static void check(Study study) {
    if (study.treatment().continuous()) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "treatment => '%s': column is continuous and method 'ci_dml' takes 2 values. Use method => 'linear_dml'."
              .formatted(study.treatment().column()));
    }
    LinearDml.checkOutcome(study);
  }

  /** What a model is made of. */
  private record Fitted(EffectBasis features, @Nullable ClusterScores scores, Medians medians) {}

  private static CateModel model(Run run, Study study, FitOptions options, Fitted fitted) {
    ClusterScores scores = fitted.scores();
    Medians medians = fitted.medians();
    if (scores == null) {
      EffectBasis basis = fitted.features();
      return LinearDml.model(
          Support.of(run, study, basis), basis, new LinearDml.Fitted(medians, options.level()));
    }
    double[][] sample = Support.sample(study);
    double[] nearest = new double[sample[0].length];
    scores.basis().nearest(sample, nearest.length, nearest);
    return new ClusteredCate(
        fitted.features().features(),
        scores.basis(),
        medians.beta(),
        medians.covariance(),
        options.level(),
        Support.ranges(study),
        Support.almostLargest(nearest));
  }
}
