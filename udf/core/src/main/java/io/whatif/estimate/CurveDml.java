/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.inference.Estimate;
import io.whatif.learn.Folds;
import io.whatif.learn.Learner;
import io.whatif.learn.Learners;
import io.whatif.learn.OutOfFold;
import io.whatif.learn.Target;
import io.whatif.model.Feature;
import io.whatif.model.LinearCate;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Double machine learning of a continuous treatment whose effect is a polynomial in it, with
 * coefficients linear in the features: \( Y = \sum_{k=1}^K \phi(x)^\top \beta_k T^k + g(X, W) +
 * \epsilon \). Each term \( \phi_t(x) T^k \) is residualised by its own prediction, never made of
 * residuals, and the outcome's residual is regressed on all of them together. So learners that are
 * linear in a basis err alike in outcome and terms, which takes their errors out where the outcome
 * is linear in terms and basis.
 *
 * <p>The effect of t against s is \( \sum_k \phi(x)^\top \beta_k (t^k - s^k) \), its derivative \(
 * \sum_k k \phi(x)^\top \beta_k t^{k-1} \). The average slope is the mean derivative at the rows'
 * own treatments, \( \bar g^\top \beta \), with \( \psi_i = g_i^\top \beta - \bar g^\top \beta + n
 * \bar g^\top A z_i r_i \).
 *
 * <p>Powers are taken of the standardized treatment, which changes nothing but rounding, and
 * coefficients are told in its own unit. Cost per repetition: the nuisances of the outcome and of
 * each term, and five scans of O((K p)^2) a row. Memory: \( 16 (K p + 2) \) bytes a row.
 *
 * <p>Source: Chernozhukov et al. 2018, doi:10.1111/ectj.12097; EconML's treatment featurizer.
 */
final class CurveDml {
  static final Option BASIS =
      Option.text(
          "treatment_basis",
          "How a continuous treatment acts: linear, or a polynomial such as poly(2).",
          "linear");

  private static final Pattern POLYNOMIAL = Pattern.compile("poly\\(\\s*([1-9])\\s*\\)");
  private static final int MAX_DEGREE = 5;

  private final Run run;
  private final Study study;
  private final FitOptions options;
  private final EffectBasis phi;
  private final int degree;
  private final double mean;
  private final double scale;
  private final EachSettled settled = new EachSettled();

  CurveDml(Run run, Study study, FitOptions options) {
    this.run = run;
    this.study = study;
    this.options = options;
    this.degree = degree(options);
    this.mean = study.profile().mean(Study.TREATMENT);
    this.scale = study.profile().standardDeviation(Study.TREATMENT);
    EffectBasis basis = new EffectBasis(study, options);
    LinearDml.checkRows(study, basis);
    this.phi = options.scale().centred() ? basis.centred(EffectMeans.of(run, study, basis)) : basis;
  }

  /** Whether the options ask for a bent effect; refuses what is none, and a binary treatment. */
  static boolean isAsked(Study study, FitOptions options) {
    int degree = degree(options);
    if (degree > 1 && !study.treatment().continuous()) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "treatment_basis => '%s': the treatment has two values, and a line through two points is all there is. Leave treatment_basis out."
              .formatted(options.own().text(BASIS)));
    }
    return degree > 1;
  }

  /** The power that is asked for, 1 for a straight line. */
  static int degree(FitOptions options) {
    String text = options.own().text(BASIS).strip();
    Matcher polynomial = POLYNOMIAL.matcher(text);
    if (text.equals("linear")) {
      return 1;
    }
    if (polynomial.matches() && Integer.parseInt(polynomial.group(1)) <= MAX_DEGREE) {
      return Integer.parseInt(polynomial.group(1));
    }
    throw new WhatifException(
        ErrorCode.BAD_ARGUMENT,
        "treatment_basis => '%s': is no basis. Use linear, or poly(2) to poly(%d)."
            .formatted(text, MAX_DEGREE));
  }

  Fit fit() {
    Repetitions<Once> all = Repetitions.of(run, study, options, this::once);
    Medians medians = all.medians(0);
    Once first = all.first();
    boolean varies = phi.width() > 1;
    Wald heterogeneity = heterogeneity(medians);
    Evidence evidence =
        new Evidence(
            study,
            first.nuisances(),
            first.scores(),
            medians.constant(),
            new Evidence.Repeated(medians.reps(), medians.spreads().average(), medians.cov()),
            new Evidence.Shape(
                varies,
                first.stage().bread.width(),
                first.stage().bread.rank(),
                varies ? heterogeneity.pValue() : Double.NaN,
                Double.NaN));
    Diagnostics diagnostics = new Diagnostics(run, study, options, evidence);
    return new Fit(
        model(medians),
        effects(medians, first.stage()),
        diagnostics.figures(),
        diagnostics.explain(),
        diagnostics.warnings());
  }

  /** One partition into folds. */
  private record Once(
      List<Medians.Estimates> estimates,
      CrossFit nuisances,
      FinalStage stage,
      Scores scores,
      long rowBytes)
      implements Repetitions.Once {}

  private Once once(Run part, long seed) {
    int n = Math.toIntExact(study.rows());
    int width = degree * phi.width();
    run.memory().take(16L * (width + 2) * n, "the terms of the effect");
    CrossFit nuisances = CrossFit.of(part.part("", 0, 0.6), study, options, seed);
    Columns columns = new Columns();
    columns.residualise(nuisances.folds);
    Study wide = study.with(columns.beside(study.data(), columns.all));
    int first = study.data().schema().size();
    OutcomeResidual residuals = new OutcomeResidual(nuisances.outcome.toArray(), nuisances.folds);
    FinalStage stage = FinalStage.of(run, wide, residuals, phi.replaced(range(first, width)));
    LinearDml.checkComplete(stage);
    String cov = LinearDml.cov(options, stage);
    Sandwich.Covariance v = stage.covariance(run, wide, residuals, cov);
    EffectBasis slopes = phi.replaced(range(first + width, width));
    double[] treatment = study.column(run, Study.TREATMENT);
    Scores scores =
        new SlopeScores(wide, residuals, stage)
            .of(run, new SlopeScores.Slopes(slopes, 0, treatment));
    Medians.Estimates estimates =
        new Medians.Estimates(
            inUnits(stage.beta),
            inUnits(v.matrix(), stage.beta.length),
            ConstantEffect.of(run, scores, nuisances, cov, study),
            scores.average(run),
            Estimate.UNDEFINED,
            v.name());
    return new Once(List.of(estimates), nuisances, stage, scores, 16L * (width + 2));
  }

  private static int[] range(int from, int count) {
    int[] columns = new int[count];
    Arrays.setAll(columns, j -> from + j);
    return columns;
  }

  /**
   * The terms \( \phi_t(x) T^k \), which become their residuals, and behind them their derivatives
   * in the treatment; NaN where the row lacks a feature.
   */
  private final class Columns {
    private final double[][] all = new double[2 * degree * phi.width()][];

    /** The weight of each row in the predictions of terms: none where a term is not known. */
    private final double[] weight = new double[Math.toIntExact(study.rows())];

    Columns() {
      int n = weight.length;
      Arrays.setAll(all, c -> new double[n]);
      study.data().forEachBatch(run, batch -> fill(batch));
    }

    private void fill(Batch batch) {
      double[][] values = phi.fill(batch);
      boolean[] complete = EffectBasis.complete(values, batch.rows());
      double[] treatment = batch.column(Study.TREATMENT);
      int p = phi.width();
      for (int i = 0; i < batch.rows(); i++) {
        int row = (int) batch.firstRow() + i;
        weight[row] = complete[i] ? study.weight(row) : 0;
        double t = (treatment[i] - mean) / scale;
        for (int c = 0; c < degree * p; c++) {
          double value = complete[i] ? values[c % p][i] : 0;
          int k = c / p + 1;
          all[c][row] = value * Math.pow(t, k);
          all[degree * p + c][row] = value * k * Math.pow(t, k - 1) / scale;
        }
      }
    }

    /** Takes from each term its prediction out of fold. */
    void residualise(Folds folds) {
      int width = degree * phi.width();
      double[][] targets = Arrays.copyOf(all, width + 1);
      targets[width] = weight;
      Dataset data = beside(study.data(), targets);
      int first = study.data().schema().size();
      List<Target> terms = new ArrayList<>();
      for (int c = 0; c < width; c++) {
        terms.add(new Target(first + c, Target.Kind.VALUE, first + width));
      }
      Learner learner =
          Learners.parse("treatment_learner", options.treatmentLearner(), Target.Kind.VALUE);
      List<OutOfFold> fitted =
          settled.fit(new EachSettled.Ground(run, data, study.covariates()), learner, terms, folds);
      for (int c = 0; c < width; c++) {
        double[] expected = CrossFit.values(run, data, fitted.get(c));
        for (int i = 0; i < expected.length; i++) {
          all[c][i] = weight[i] > 0 ? all[c][i] - expected[i] : Double.NaN;
          all[width + c][i] = weight[i] > 0 ? all[width + c][i] : Double.NaN;
        }
      }
    }

    Dataset beside(Dataset data, double[][] columns) {
      List<Column> names = new ArrayList<>();
      for (int c = 0; c < columns.length; c++) {
        names.add(new Column.Numeric("", "DOUBLE"));
      }
      return data.with(names, columns);
    }
  }

  /** What the coefficient of a standardized power is in those of the treatment's own powers. */
  private double part(int standardized, int own) {
    double binomial = 1;
    for (int i = 0; i < own; i++) {
      binomial *= (double) (standardized - i) / (i + 1);
    }
    return own > standardized
        ? 0
        : binomial * Math.pow(-mean, standardized - own) / Math.pow(scale, standardized);
  }

  private double[] inUnits(double[] beta) {
    int p = phi.width();
    double[] own = new double[beta.length];
    for (int k = 0; k < degree; k++) {
      for (int j = 0; j < degree; j++) {
        for (int t = 0; t < p; t++) {
          own[k * p + t] += part(j + 1, k + 1) * beta[j * p + t];
        }
      }
    }
    return own;
  }

  private double[] inUnits(double[] covariance, int width) {
    double[] half = new double[width * width];
    for (int i = 0; i < width; i++) {
      double[] row = inUnits(Arrays.copyOfRange(covariance, i * width, (i + 1) * width));
      for (int j = 0; j < width; j++) {
        half[j * width + i] = row[j];
      }
    }
    double[] own = new double[width * width];
    for (int j = 0; j < width; j++) {
      double[] row = inUnits(Arrays.copyOfRange(half, j * width, (j + 1) * width));
      System.arraycopy(row, 0, own, j * width, width);
    }
    return own;
  }

  // ---- what is told and kept ----

  private Wald heterogeneity(Medians medians) {
    int p = phi.width();
    int[] which = new int[degree * (p - 1)];
    for (int i = 0; i < which.length; i++) {
      which[i] = i / (p - 1) * p + 1 + i % (p - 1);
    }
    return Wald.someZero(medians.beta(), medians.covariance(), which);
  }

  private List<Effect> effects(Medians medians, FinalStage stage) {
    EffectRows rows = EffectRows.of(study, medians, stage);
    List<Effect> effects = new ArrayList<>(rows.coefficients(terms()));
    effects.addAll(rows.averages());
    int p = phi.width();
    if (p > 1) {
      Wald wald = heterogeneity(medians);
      effects.add(rows.test("heterogeneity", "all coefficients of features are 0", wald));
    }
    Wald bend = Wald.someZero(medians.beta(), medians.covariance(), range(p, (degree - 1) * p));
    effects.add(rows.test("curvature", "all coefficients of powers beyond the first are 0", bend));
    return effects;
  }

  /** The terms of the effect of one value of the treatment against another. */
  private List<Term> terms() {
    int at = phi.features().size();
    String name = study.treatment().column();
    List<Term> terms = new ArrayList<>();
    for (int k = 1; k <= degree; k++) {
      Term power =
          new Term.Difference(
              new Term.Power(new Term.Value(at, name, 0, 1), k),
              new Term.Power(new Term.Value(at + 1, name, 0, 1), k));
      for (Term term : phi.terms()) {
        terms.add(term instanceof Term.Intercept ? power : new Term.Product(power, term));
      }
    }
    return terms;
  }

  private LinearCate model(Medians medians) {
    List<Feature> features = new ArrayList<>(phi.features());
    Map<String, double[]> range = new HashMap<>(Support.ranges(study));
    double[] treated = study.profile().tails(Study.TREATMENT, 0.001);
    for (String name : io.whatif.model.ArmsCate.ARM_FEATURES) {
      features.add(new Feature(name, LinearCate.DOSE_TYPE, List.of()));
      range.put(name, treated);
    }
    return new LinearCate(
        features,
        terms(),
        medians.beta(),
        medians.covariance(),
        options.level(),
        range,
        0,
        new double[0]);
  }
}
