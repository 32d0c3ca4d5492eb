/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Run;
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
    run.reached(name, 0);
    return begin(run, data, covariates, targets, folds).end(run);
  }

  @Override
  public LinearFit begin(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    Design design = new Design(covariates, data.schema());
    Moments.Summary moments =
        Moments.of(run, data, design, covariates, new Moments.Behind(targets, folds));
    TrainingFolds.checkRows(moments, folds);
    Standardization basis = Standardization.of(design, moments);
    double[] penalty = even ? basis.evenPenalty(alpha) : basis.penalty(alpha);
    Fitting fitting = new Fitting(run, data, basis, targets, folds, moments);
    return new LinearFit(name, fitting, covariates, penalty);
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
