/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import io.whatif.math.NormalEquations;
import java.util.ArrayList;
import java.util.List;

/**
 * Least squares on the covariates as they are, with an intercept: minimises \( \sum_i (y_i - b_0 -
 * x_i^\top b)^2 + \alpha \lVert b \rVert^2 \), the intercept without penalty. Alpha 0 is ordinary
 * least squares. A 0/1 target is predicted by the linear probability model, which can leave [0, 1].
 *
 * <p>Edge cases: collinear columns get the coefficients of least norm, constant ones 0.
 *
 * <p>Method: one Gram matrix for each fold; the fit that leaves fold k out solves the sum of the
 * others. Cost: two scans for each {@value #TOGETHER} targets, whose products with each other would
 * else outgrow the rest; {@code folds * columns^2} memory.
 *
 * <p>Source: Hoerl and Kennard 1970, doi:10.1080/00401706.1970.10488634; the scale of alpha is
 * scikit-learn's.
 *
 * @param even whether the penalty is on standardized columns, so that units do not matter
 */
record LinearLearner(String name, double alpha, boolean even) implements Learner {
  private static final int TOGETHER = 64;

  @Override
  public List<OutOfFold> fitOutOfFold(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    if (targets.size() > TOGETHER) {
      List<OutOfFold> all = new ArrayList<>();
      for (int from = 0; from < targets.size(); from += TOGETHER) {
        List<Target> some = targets.subList(from, Math.min(targets.size(), from + TOGETHER));
        all.addAll(fitOutOfFold(run, data, covariates, some, folds));
      }
      return all;
    }
    Design design = new Design(covariates, data.schema());
    run.reached(name, 0);
    Moments.Summary moments =
        Moments.of(run, data, design, covariates, new Moments.Behind(targets, folds));
    TrainingFolds.checkRows(moments, folds);
    Standardization basis = Standardization.of(design, moments);
    run.reached(name, 0.5);
    Gram[] grams = data.scan(run, new FoldGrams(basis, targets, folds, moments));
    int width = basis.width();
    double[][][] coefficients = new double[targets.size()][folds.count()][];
    double[] penalty = even ? basis.evenPenalty(alpha) : basis.penalty(alpha);
    Parallel.forEach(
        run,
        folds.count(),
        k -> {
          Gram training = FoldGrams.without(grams, k, k);
          NormalEquations equations = NormalEquations.of(training, width, penalty);
          for (int t = 0; t < coefficients.length; t++) {
            double[] b = equations.solve(FoldGrams.column(training, width, width + t));
            coefficients[t][k] = rescale(basis.raw(b), moments, width + t);
          }
        });
    run.reached(name, 1);
    List<OutOfFold> fitted = new ArrayList<>();
    for (double[][] ofTarget : coefficients) {
      fitted.add(new FoldPredictions(design, folds, ofTarget, Target.Kind.VALUE, true, name));
    }
    return fitted;
  }

  /** Takes coefficients for the standardized target back to the target itself. */
  static double[] rescale(double[] coefficients, Moments.Summary moments, int column) {
    double scale = moments.scale(column);
    for (int j = 0; j < coefficients.length; j++) {
      coefficients[j] *= scale;
    }
    coefficients[0] += moments.mean(column);
    return coefficients;
  }
}
