/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.math.CoordinateDescent;
import io.whatif.math.Gram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Regression with an absolute penalty, which drops columns, on the covariates as they are: with
 * columns \( x \) standardized over all rows, minimises \( \frac{1}{n} \sum_i \ell_i + \lambda
 * \left( \rho \lVert b \rVert_1 + \tfrac{1 - \rho}{2} \lVert b \rVert^2 \right) \), the intercept
 * without penalty. For a value \( \ell = \tfrac12 (y - f)^2 / \mathrm{var}(y) \), so that no unit
 * matters and \( \lambda = 1 / \rho \) drops every column; for a probability \( \ell \) is the
 * log-loss, and \( \lambda = 0.5 / \rho \) does. Rho is 1 for the lasso. Unless given, lambda is
 * one of 49 over four powers of ten, for each outer fold the one that does best on inner folds of
 * the other rows.
 *
 * <p>Edge cases: constant columns are dropped; of equal columns the lasso keeps one.
 *
 * <p>Method: values by {@link CoordinateDescent} on one Gram matrix for each fold: two scans for
 * any number of targets. Probabilities by {@link SparseLogistic}. Memory {@code folds * columns^2}.
 *
 * <p>Source: Tibshirani 1996, doi:10.1111/j.2517-6161.1996.tb02080.x; Zou and Hastie 2005,
 * doi:10.1111/j.1467-9868.2005.00503.x; the scale of lambda is glmnet's.
 *
 * @param lambda NaN to have it chosen
 */
record ElasticNetLearner(String name, double lambda, double ratio) implements Learner {

  @Override
  public List<OutOfFold> fitOutOfFold(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    Design design = new Design(covariates, data.schema());
    run.reached(name, 0);
    Moments.Summary moments =
        Moments.of(run, data, design, covariates, new Moments.Behind(targets, folds));
    TrainingFolds.checkClasses(moments, folds, targets, data.schema());
    Standardization basis = Standardization.of(design, moments);
    run.reached(name, 0.1);
    long bytes = 8L * basis.width() * basis.width() * folds.count() * (run.threads() + 3);
    run.memory().take(bytes, "the products of the covariates");
    try {
      Fitting fitting = new Fitting(run, data, basis, targets, folds, moments);
      List<OutOfFold> fitted = new ArrayList<>(fitValues(fitting));
      for (int t = 0; t < targets.size(); t++) {
        if (targets.get(t).kind() == Target.Kind.PROBABILITY) {
          fitted.set(t, fitProbability(fitting, targets.get(t)));
        }
      }
      run.reached(name, 1);
      return fitted;
    } finally {
      run.memory().giveBack(bytes);
    }
  }

  private ElasticNetPath path(double largest) {
    return Double.isNaN(lambda)
        ? ElasticNetPath.of(largest, ratio)
        : ElasticNetPath.fixed(lambda, ratio);
  }

  /** Fits every target by least squares; those of probabilities are replaced afterwards. */
  private List<OutOfFold> fitValues(Fitting fitting) {
    Run run = fitting.run();
    Standardization basis = fitting.basis();
    List<Target> targets = fitting.targets();
    Folds folds = fitting.folds();
    Moments.Summary moments = fitting.moments();
    InnerFolds inner = InnerFolds.of(folds, fitting.data().rows());
    int width = basis.width();
    Gram[] grams = fitting.data().scan(run, new FoldGrams(basis, targets, inner.folds(), moments));
    ElasticNetPath path = path(1);
    int[][] chosen = new ElasticNetPenalty(inner, grams, width, path).choose(run);
    double[][][] coefficients = new double[targets.size()][folds.count()][];
    AtomicBoolean converged = new AtomicBoolean(true);
    Parallel.forEach(
        run,
        folds.count(),
        k -> {
          Gram training = inner.without(grams, k);
          CoordinateDescent descent = CoordinateDescent.of(training, width);
          for (int t = 0; t < coefficients.length; t++) {
            int at = chosen[t][k];
            CoordinateDescent.Solution fit =
                path.follow(training, descent, width, width + t, at)[at];
            if (!fit.converged()) {
              converged.set(false);
            }
            double[] raw = basis.raw(fit.coefficients());
            coefficients[t][k] = LinearLearner.rescale(raw, moments, width + t);
          }
        });
    List<OutOfFold> fitted = new ArrayList<>();
    for (int t = 0; t < coefficients.length; t++) {
      fitted.add(
          new FoldPredictions(
              basis.basis(),
              folds,
              coefficients[t],
              Target.Kind.VALUE,
              converged.get(),
              path.describe(chosen[t], coefficients[t])));
    }
    return fitted;
  }

  private OutOfFold fitProbability(Fitting fitting, Target target) {
    Standardization basis = fitting.basis();
    ElasticNetPath path = path(0.5);
    SparseLogistic.Fitted fit = SparseLogistic.leaveOut(fitting, target, path);
    double[][] raw = Arrays.stream(fit.coefficients()).map(basis::raw).toArray(double[][]::new);
    return new FoldPredictions(
        basis.basis(),
        fitting.folds(),
        raw,
        Target.Kind.PROBABILITY,
        fit.converged(),
        path.describe(fit.chosen(), raw));
  }
}
