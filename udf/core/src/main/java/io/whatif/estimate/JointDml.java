/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Warning.Severity;
import io.whatif.inference.Estimate;
import io.whatif.learn.Folds;
import io.whatif.model.LinearCate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Double machine learning of several treatments, or of all arms of one, in one regression: \( Y =
 * \sum_j D_j \phi(x)^\top \beta_j + g(X, W) + \epsilon \). Each treatment is residualised by its
 * own prediction, \( v_j = D_j - \hat e_j \), and the outcome's residual is regressed on all \(
 * \phi(x) v_j \) together, so that \( \beta_j \) is the effect of treatment j with the others held
 * fixed. Arms are 0/1 columns, the control left out, and their predictions the propensities.
 *
 * <p>With one treatment it is {@link LinearDml}. The average of treatment j is \( \bar\phi^\top
 * \beta_j \), the rows' own spread in its error ({@link SlopeScores}).
 *
 * <p>Where effects vary in a way that \( \phi \) does not describe, \( \beta_j \) is no average of
 * the effects of treatment j alone: those of the others enter with weights that sum to 0.
 *
 * <p>What is reported beside the estimate takes the other treatments and their effects as further
 * controls ({@link JointResiduals}). Cost per repetition: the nuisances of the outcome and of each
 * treatment, and scans of O((q p)^2) a row. Memory: \( 8 (5 q + 1) \) bytes a row, q treatments.
 *
 * <p>Sources: Chernozhukov et al. 2018, doi:10.1111/ectj.12097; Goldsmith-Pinkham, Hull and Kolesár
 * 2024, doi:10.1257/aer.20221116, for what enters of the others.
 */
public final class JointDml {
  static final Option TOGETHER =
      Option.flag(
          "together",
          "Whether several treatments, or the arms of one, are estimated in one regression, each with the others held fixed; else each by itself.",
          false);

  private final Run run;
  private final Question question;
  private final Study study;
  private final FitOptions options;
  private final EffectBasis phi;

  /** All terms of the regression, those of the first treatment first. */
  private final EffectBasis terms;

  /**
   * What is asked.
   *
   * @param base the study of the first treatment, or of one with several arms
   * @param treatments binary or continuous; of several arms each with the control
   * @param values of each treatment at each row of the study: 0 and 1, or numbers
   */
  public record Question(Study base, List<Treatment> treatments, double[][] values) {
    public Question {
      treatments = List.copyOf(treatments);
    }

    boolean isOfArms() {
      return base.treatment().kind() == Treatment.Kind.ARMS;
    }
  }

  private JointDml(Run run, Question question, FitOptions options) {
    if (CurveDml.degree(options) > 1) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "treatment_basis => '%s': treatments that are estimated together act in straight lines. Leave out treatment_basis or together."
              .formatted(options.own().text(CurveDml.BASIS)));
    }
    this.run = run;
    this.question = question;
    this.options = options;
    List<Column> names = new ArrayList<>();
    for (int j = 0; j < question.values().length; j++) {
      names.add(new Column.Numeric(name(j), "DOUBLE"));
    }
    this.study = question.base().with(question.base().data().with(names, question.values()));
    EffectBasis basis = new EffectBasis(study, options);
    this.phi = options.scale().centred() ? basis.centred(EffectMeans.of(run, study, basis)) : basis;
    int count = names.size();
    int last = study.data().schema().size();
    this.terms = phi.times(IntStream.range(last, last + count).toArray());
    LinearDml.checkRows(study, terms);
  }

  /**
   * The effect of each treatment with the others held fixed.
   *
   * @throws WhatifException if the study cannot bear the estimate
   */
  public static ArmFits of(Run run, Question question, FitOptions options) {
    return new JointDml(run, question, options).fit();
  }

  /** The same of the arms of a treatment. */
  static ArmFits ofArms(Run run, Study study, FitOptions options) {
    Treatment several = study.treatment();
    int arms = several.arms().size();
    int n = Math.toIntExact(study.rows());
    run.memory().take(8L * (arms - 1) * n, "the columns of arms");
    double[] codes = study.column(run, Study.TREATMENT);
    List<Treatment> treatments = new ArrayList<>();
    double[][] values = new double[arms - 1][n];
    for (int arm = 1; arm < arms; arm++) {
      treatments.add(
          new Treatment(
              several.column(),
              Treatment.Kind.BINARY,
              List.of(several.control(), several.arms().get(arm))));
      for (int i = 0; i < n; i++) {
        values[arm - 1][i] = codes[i] == arm ? 1 : 0;
      }
    }
    return of(run, new Question(study, treatments, values), options);
  }

  private String name(int treatment) {
    Treatment own = question.treatments().get(treatment);
    return question.isOfArms() ? own.column() + "=" + own.arms().get(1) : own.column();
  }

  private int count() {
    return question.treatments().size();
  }

  /** One partition into folds. */
  private record Once(
      List<Medians.Estimates> estimates,
      JointResiduals residuals,
      Study wide,
      FinalStage stage,
      List<Scores> scores,
      long rowBytes)
      implements Repetitions.Once {}

  private ArmFits fit() {
    Repetitions<Once> all = Repetitions.of(run, study, options, this::once);
    Support support = Support.of(run, study, phi);
    List<Fit> fits = new ArrayList<>();
    for (int j = 0; j < count(); j++) {
      fits.add(fit(j, all.medians(j), all.first(), support));
    }
    return ArmFits.jointly(fits, all.medians(count()).covariance());
  }

  private Once once(Run part, long seed) {
    int n = Math.toIntExact(study.rows());
    long bytes = 8L * (5 * count() + 1);
    run.memory().take(bytes * n, "the residuals of each treatment");
    JointResiduals residuals =
        JointResiduals.of(part, study, options, new JointResiduals.Treated(question, folds(seed)));
    Study wide = residuals.behind(study);
    OutcomeResidual outcome = new OutcomeResidual(residuals.outcome(), residuals.folds());
    FinalStage stage = FinalStage.of(run, wide, outcome, terms);
    LinearDml.checkComplete(stage);
    String cov = LinearDml.cov(options, stage);
    Sandwich.Covariance v = stage.covariance(run, wide, outcome, cov);
    Estimate none = Estimate.UNDEFINED;
    Medians.Estimates together =
        new Medians.Estimates(stage.beta, v.matrix(), none, none, none, v.name());
    SlopeScores slopes = new SlopeScores(wide, outcome, stage);
    List<Medians.Estimates> estimates = new ArrayList<>();
    List<Scores> scores = new ArrayList<>();
    for (int j = 0; j < count(); j++) {
      Scores own = slopes.of(run, new SlopeScores.Slopes(phi, j, question.values()[j]));
      scores.add(own);
      Estimate constant =
          ConstantEffect.of(run, own, residuals.withoutOthers(run, wide, phi, j), cov, study);
      estimates.add(
          new Medians.Estimates(
                  new double[0], new double[0], constant, own.average(run), none, v.name())
              .with(together.block(j, phi.width())));
    }
    estimates.add(together);
    return new Once(estimates, residuals, wide, stage, scores, bytes);
  }

  /** The user's; of arms by arm; else by key alone, whatever the arms of any treatment. */
  private Folds folds(long seed) {
    if (study.units().folds() != null || question.isOfArms() || count() == 1) {
      return CrossFit.folds(run, study, options, seed);
    }
    return Folds.byKey(run, study.units().keys(), null, options.folds(), seed);
  }

  private Fit fit(int treatment, Medians medians, Once first, Support support) {
    boolean varies = phi.width() > 1;
    Estimate constant = varies ? medians.constant() : medians.coefficient(0);
    double spread = varies ? medians.spreads().average() : medians.spreads().beta()[0];
    Evidence evidence =
        new Evidence(
            study,
            first.residuals().withoutOthers(run, first.wide(), phi, treatment),
            first.scores().get(treatment),
            constant,
            new Evidence.Repeated(medians.reps(), spread, medians.cov()),
            new Evidence.Shape(
                varies,
                first.stage().bread.width(),
                first.stage().bread.rank(),
                varies ? medians.heterogeneity().pValue() : Double.NaN,
                Double.NaN));
    Diagnostics diagnostics = new Diagnostics(run, alone(treatment), options, evidence);
    LinearCate model =
        LinearDml.model(support, phi, new LinearDml.Fitted(medians, options.level()));
    EffectRows rows = EffectRows.of(study, medians, first.stage());
    Map<String, @Nullable Object> figures = new LinkedHashMap<>(diagnostics.figures());
    List<Warning> doubts = new ArrayList<>(contamination());
    if (!question.treatments().get(treatment).continuous()) {
      long treated = rows(treatment);
      long control = question.isOfArms() ? rows(-1) : all() - treated;
      figures.put("n_treated", treated);
      figures.put("n_control", control);
      OverlapFigures.few(question.base(), Math.min(treated, control), doubts);
    }
    return new Fit(model, List.of(), figures, diagnostics.explain(), diagnostics.warnings())
        .with(effects(treatment, rows), doubts);
  }

  /** How many rows all stand for. */
  private long all() {
    double rows = 0;
    for (int i = 0; i < study.rows(); i++) {
      rows += study.counted(i);
    }
    return Math.round(rows);
  }

  /** How many rows those with a treatment stand for, or for -1 those with none. */
  private long rows(int treatment) {
    double rows = 0;
    for (int i = 0; i < study.rows(); i++) {
      boolean any = false;
      for (int j = 0; j < count(); j++) {
        any |= question.values()[j][i] != 0;
      }
      boolean own = treatment < 0 ? !any : question.values()[treatment][i] != 0;
      rows += own ? study.counted(i) : 0;
    }
    return Math.round(rows);
  }

  /**
   * One treatment as a question of its own with the others among its controls. It is a number
   * there, also where it is 0 and 1: what matters to a regression is what is left of it, not how
   * two arms overlap.
   */
  private Study alone(int treatment) {
    Study base = question.base();
    int own = base.data().schema().size();
    int covariates = base.covariates().columns().size();
    List<Integer> places = new ArrayList<>(List.of(Study.OUTCOME, own + treatment));
    List<io.whatif.learn.Covariate> columns = new ArrayList<>(base.covariates().columns());
    for (int c = 0; c < covariates; c++) {
      places.add(2 + c);
    }
    for (int other = 0; other < count(); other++) {
      if (other != treatment) {
        columns.add(
            io.whatif.learn.Covariate.numeric(places.size(), name(other), Double.NaN, false));
        places.add(own + other);
      }
    }
    Study.Weighting weighting = base.weighting();
    if (weighting != null) {
      int column = places.size();
      places.add(weighting.column());
      weighting = weighting.at(column);
    }
    Dataset data = study.data().select(places.stream().mapToInt(Integer::intValue).toArray());
    return new Study(
        data,
        io.whatif.data.Profile.of(run, data),
        new Treatment(name(treatment), Treatment.Kind.CONTINUOUS, List.of()),
        base.outcome(),
        base.features(),
        new io.whatif.learn.Covariates(columns),
        base.units(),
        weighting,
        base.dropped(),
        base.shared());
  }

  private List<Effect> effects(int treatment, EffectRows rows) {
    Medians medians = rows.medians();
    boolean slope = question.treatments().get(treatment).continuous();
    String held = question.isOfArms() ? " in one regression of all arms" : ", others held fixed";
    if (phi.width() == 1) {
      String weighted =
          slope
              ? "variance-weighted average slope"
              : question.isOfArms() ? "variance-weighted average" : "overlap-weighted average";
      Estimate estimate = medians.coefficient(0);
      return List.of(rows.treatment(weighted + held, estimate, medians.spreads().beta()[0]));
    }
    List<Effect> effects =
        new ArrayList<>(rows.coefficients(phi.terms(), "linear projection of the effect" + held));
    effects.add(rows.average((slope ? "average slope" : "mean of the projection") + held));
    effects.add(rows.heterogeneity());
    return effects;
  }

  private List<Warning> contamination() {
    if (count() == 1) {
      return List.of();
    }
    boolean arms = question.isOfArms();
    String others = arms ? "arms" : "treatments";
    return List.of(
        new Warning(
            "contamination",
            arms ? Severity.CAUTION : Severity.INFO,
            "one regression of several %s: where effects vary in ways that the features do not describe, each coefficient takes up effects of the other %s%s"
                .formatted(
                    others, others, arms ? "; compare method => 'dr', which does not" : "")));
  }
}
