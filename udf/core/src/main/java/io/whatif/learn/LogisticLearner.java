/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Logistic regression on the covariates as they are, with an intercept: minimises \( \sum_i \log(1
 * + e^{-s_i f_i}) + \tfrac{1}{2c} \lVert b \rVert^2 \), s = 1 where the target is 1 and -1 where it
 * is 0, the intercept without penalty. An infinite c is maximum likelihood.
 *
 * <p>Edge cases: collinear columns get coefficients of least norm, constant ones 0; perfect
 * separation without penalty has no optimum and is reported as not converged, with finite
 * predictions inside (0, 1).
 *
 * <p>Method: {@link LogisticFit}, started from a fit to {@value #SAMPLE} rows or those of the
 * profile. Cost: about four scans; memory {@code (folds + 8) * columns^2} for each thread, of many
 * rows for a moment {@code 8 * folds * columns^2}. Many targets are fitted together by {@link
 * SharedLogisticFit}.
 *
 * <p>Failure: a fold outside which the target is always 0 or always 1 is refused.
 *
 * <p>Source: McCullagh and Nelder 1989, Generalized Linear Models, 4.4; the scale of c is
 * scikit-learn's.
 *
 * @param even whether the penalty is on standardized columns, so that units do not matter
 */
record LogisticLearner(String name, double c, boolean even) implements Learner {
  static final int SAMPLE = 32_768;

  /** Targets below which each is fitted by itself. */
  private static final int FEW_TARGETS = 4;

  /** Doubles that the Hessians of targets fitted together take at most. */
  private static final long SHARED_DOUBLES = 4_000_000;

  @Override
  public List<OutOfFold> fitOutOfFold(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    return fit(run, data, covariates, new Asked(targets, folds, null));
  }

  @Override
  public OutOfFold fitAlong(Run run, Target target, LinearFit begun) {
    Asked asked = new Asked(List.of(target), begun.folds(), begun);
    return fit(run, begun.data(), begun.covariates(), asked).get(0);
  }

  private List<OutOfFold> fit(Run run, Dataset data, Covariates covariates, Asked asked) {
    List<Target> targets = asked.targets();
    Folds folds = asked.folds();
    Design design = new Design(covariates, data.schema());
    run.reached(name, 0);
    Moments.Summary moments =
        Moments.of(run, data, design, covariates, new Moments.Behind(targets, folds));
    TrainingFolds.checkClasses(moments, folds, targets, data.schema());
    Standardization basis = Standardization.of(design, moments);
    double[] penalty = even ? basis.evenPenalty(1 / c) : basis.penalty(1 / c);
    double[][] penalties = new double[folds.count()][];
    Arrays.fill(penalties, penalty);
    boolean[] every = new boolean[folds.count()];
    Arrays.fill(every, true);
    List<OutOfFold> fitted = new ArrayList<>();
    List<double[][]> shared =
        shared(new Fitting(run, data, basis, targets, folds, moments), penalty);
    for (Target target : targets) {
      double[][] together = shared.get(fitted.size());
      if (together.length > 0) {
        double[][] raw = Arrays.stream(together).map(basis::raw).toArray(double[][]::new);
        fitted.add(new FoldPredictions(design, folds, raw, Target.Kind.PROBABILITY, true, name));
        continue;
      }
      run.reached(name, (2.0 * fitted.size() + 1) / (2.0 * targets.size() + 1));
      LogisticScan.Likelihood likelihood =
          new LogisticScan.Likelihood(basis, target, LogisticLoss.BINARY);
      LogisticStart near = new LogisticStart(run, data, likelihood, covariates.profile());
      LogisticFit.Start start = near.fit(penalty, SAMPLE, near.step());
      run.reached(name, (2.0 * fitted.size() + 2) / (2.0 * targets.size() + 1));
      LogisticProblem[] problems = new LogisticProblem[folds.count()];
      LogisticFit fit = new LogisticFit(run, data, likelihood, folds, asked.begun());
      start = fit.centred(start, penalty, covariates.profile());
      fit.leaveOut(start, penalties, every, problems);
      fitted.add(predictions(basis, folds, problems, name));
    }
    return fitted;
  }

  /**
   * What to fit.
   *
   * @param begun another fit, whose sums are made along where that can be; null if there is none
   */
  private record Asked(List<Target> targets, Folds folds, @Nullable LinearFit begun) {}

  /**
   * The coefficients of many targets, fitted together as far as that goes; empty for a target that
   * must be fitted alone. Of few targets each is.
   */
  private static List<double[][]> shared(Fitting fitting, double[] penalty) {
    List<Target> targets = fitting.targets();
    List<double[][]> all = new ArrayList<>();
    int width = fitting.basis().width();
    int together = (int) Math.max(1, SHARED_DOUBLES / (width * (width + 1L) / 2));
    for (int from = 0; from < targets.size(); from += together) {
      List<Target> some = targets.subList(from, Math.min(targets.size(), from + together));
      if (some.size() < FEW_TARGETS) {
        some.forEach(target -> all.add(new double[0][]));
        continue;
      }
      fitting.run().progress("logistic regressions", from, targets.size());
      double[] chances = new double[some.size()];
      int first = width + from;
      Arrays.setAll(chances, t -> fitting.moments().mean(first + t));
      SharedLogisticFit fit =
          new SharedLogisticFit(
              fitting.run(),
              fitting.data(),
              fitting.basis(),
              new SharedLogisticFit.Penalised(some, fitting.folds(), penalty));
      all.addAll(Arrays.asList(fit.leaveOut(chances)));
    }
    return all;
  }

  static FoldPredictions predictions(
      Standardization basis, Folds folds, LogisticProblem[] problems, String description) {
    double[][] raw = new double[problems.length][];
    boolean converged = true;
    for (int k = 0; k < raw.length; k++) {
      raw[k] = basis.raw(problems[k].coefficients());
      converged &= problems[k].converged();
    }
    return new FoldPredictions(
        basis.basis(), folds, raw, Target.Kind.PROBABILITY, converged, description);
  }

  /** Coefficients near the optimum of all rows. */
  static double[] centre(
      Run run, Dataset data, Standardization basis, double[] penalty, Target target) {
    LogisticScan.Likelihood likelihood =
        new LogisticScan.Likelihood(basis, target, LogisticLoss.BINARY);
    return new LogisticStart(run, data, likelihood, null).fit(penalty, SAMPLE, 1).point();
  }
}
