/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Run;
import java.util.Arrays;

/**
 * Multinomial logistic regression on the covariates as they are: the chance of class k is \(
 * e^{f_k} / \sum_l e^{f_l} \) with \( f_k = b_{k0} + x^\top b_k \) for every class, and minimises
 * the log-loss plus \( \tfrac{1}{2c} \sum_k \lVert b_k \rVert^2 \), intercepts without penalty. An
 * infinite c is maximum likelihood.
 *
 * <p>Edge cases: collinear columns get coefficients of least norm, constant ones 0; classes that
 * are separated perfectly have no optimum without penalty, which is reported as not converged.
 *
 * <p>Method: {@link LogisticFit} with {@link SoftmaxLoss}. Cost: about eight scans, of which two or
 * three take {@code classes^2 / 2} products of a row; memory {@code folds * (classes * columns)^2}.
 *
 * <p>Failure: a class without rows outside some fold is refused.
 *
 * <p>Source: McCullagh and Nelder 1989, Generalized Linear Models, 5.2; the scale of c and the
 * penalty on the coefficients of every class are scikit-learn's.
 *
 * @param even whether the penalty is on standardized columns, so that units do not matter
 */
record MultinomialLearner(String name, double c, boolean even) implements ClassLearner {

  @Override
  public ClassProbabilities fitOutOfFold(
      Run run, Dataset data, Covariates covariates, ClassTarget target, Folds folds) {
    ClassCounts.check(run, data, target, folds);
    Design design = new Design(covariates, data.schema());
    run.reached(name, 0);
    Moments.Summary moments =
        Moments.of(
            run,
            data,
            design,
            covariates,
            new Moments.Behind(java.util.List.of(target.codes()), folds));
    Standardization basis = Standardization.of(design, moments);
    int width = basis.width();
    long hessian = 8L * target.classes() * target.classes() * width * width;
    long bytes = hessian * folds.count() * (run.threads() + 4) / 2;
    run.memory().take(bytes, "the products of the covariates for each pair of classes");
    try {
      run.reached(name, 0.33);
      LogisticScan.Likelihood likelihood =
          new LogisticScan.Likelihood(basis, target.codes(), new SoftmaxLoss(target.classes()));
      double[] penalty = penalty(basis, target.classes());
      LogisticStart near = new LogisticStart(run, data, likelihood, covariates.profile());
      LogisticFit.Start start = near.fit(penalty, LogisticLearner.SAMPLE, near.step());
      run.reached(name, 0.67);
      double[][] penalties = new double[folds.count()][];
      Arrays.fill(penalties, penalty);
      boolean[] every = new boolean[folds.count()];
      Arrays.fill(every, true);
      LogisticProblem[] problems = new LogisticProblem[folds.count()];
      new LogisticFit(run, data, likelihood, folds).leaveOut(start, penalties, every, problems);
      return predictions(basis, target, folds, problems);
    } finally {
      run.memory().giveBack(bytes);
    }
  }

  private double[] penalty(Standardization basis, int classes) {
    double[] one = even ? basis.evenPenalty(1 / c) : basis.penalty(1 / c);
    double[] all = new double[classes * one.length];
    for (int k = 0; k < classes; k++) {
      System.arraycopy(one, 0, all, k * one.length, one.length);
    }
    return all;
  }

  private ClassProbabilities predictions(
      Standardization basis, ClassTarget target, Folds folds, LogisticProblem[] problems) {
    int width = basis.width();
    double[][][] raw = new double[problems.length][target.classes()][];
    boolean converged = true;
    for (int k = 0; k < raw.length; k++) {
      double[] all = problems[k].coefficients();
      for (int c = 0; c < target.classes(); c++) {
        raw[k][c] = basis.raw(Arrays.copyOfRange(all, c * width, (c + 1) * width));
      }
      converged &= problems[k].converged();
    }
    return new SoftmaxPredictions(basis.basis(), folds, raw, converged, name);
  }
}
