/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import io.whatif.math.NormalEquations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Regression with a squared penalty that is chosen, every column standardized: minimises the sum
 * over rows of \( (y - f)^2 / \mathrm{var}(y) \) plus \( \lambda \lVert b \rVert^2 \) for a value,
 * of the log-loss plus \( \tfrac{\lambda}{2} \lVert b \rVert^2 \) for a probability; the intercept
 * without penalty. Lambda is one of 17 from 1e-4 to 1e4, for each outer fold the one that does best
 * on inner folds of the other rows. The loss is a sum, so a lambda of 1 weighs about as much as one
 * row, however many there are.
 *
 * <p>Edge cases: constant columns are left out by the solver; a column that is all NULL is
 * constant.
 *
 * <p>Cost: values: three scans and {@code folds * columns^2} memory. Probabilities: about forty
 * light scans of a sample of rows to choose the penalty, then about five of all rows.
 *
 * @param bends whether it regresses on the bent columns of {@link SplineBasis}, not on the
 *     covariates as they are
 */
record PenalizedLearner(String name, boolean bends) implements Learner {

  /** On bent columns. */
  static PenalizedLearner spline() {
    return new PenalizedLearner("spline", true);
  }

  /** On the covariates as they are. */
  static PenalizedLearner ridge() {
    return new PenalizedLearner("ridge(alpha=auto)", false);
  }

  @Override
  public List<OutOfFold> fitOutOfFold(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    run.reached(name + ": columns", 0);
    Design design = new Design(covariates, data.schema());
    Basis plain = bends ? SplineBasis.of(run, data, design) : design;
    Moments.Summary moments = data.scan(run, new Moments(plain, targets, folds));
    TrainingFolds.checkClasses(moments, folds, targets, data.schema());
    Standardization basis = Standardization.of(plain, moments);
    run.reached(name + ": products of columns", 0.1);
    long bytes = 8L * basis.width() * basis.width() * folds.count() * (run.threads() + 2);
    run.memory().take(bytes, "the products of the columns of " + name);
    try {
      return fit(new Fitting(run, data, basis, targets, folds, moments));
    } finally {
      run.memory().giveBack(bytes);
    }
  }

  private List<OutOfFold> fit(Fitting fitting) {
    List<Target> targets = fitting.targets();
    @Nullable OutOfFold[] fitted = new OutOfFold[targets.size()];
    fitValues(fitting, fitted);
    for (int t = 0; t < fitted.length; t++) {
      if (targets.get(t).kind() == Target.Kind.PROBABILITY) {
        fitted[t] = fitProbability(fitting, t);
      }
    }
    List<OutOfFold> all = new ArrayList<>();
    for (OutOfFold one : fitted) {
      all.add(java.util.Objects.requireNonNull(one));
    }
    return all;
  }

  private void fitValues(Fitting fitting, @Nullable OutOfFold[] fitted) {
    List<Target> targets = fitting.targets();
    Run run = fitting.run();
    Standardization basis = fitting.basis();
    if (targets.stream().noneMatch(t -> t.kind() == Target.Kind.VALUE)) {
      return;
    }
    int width = basis.width();
    InnerFolds inner = InnerFolds.of(fitting.folds(), fitting.data().rows());
    Gram[] grams =
        fitting.data().scan(run, new FoldGrams(basis, targets, inner.folds(), fitting.moments()));
    run.reached(name + ": penalty", 0.7);
    int[][] chosen = new RidgePenalty(inner, grams, width).choose(run, basis);
    int count = fitting.folds().count();
    double[][][] coefficients = new double[targets.size()][count][];
    Parallel.forEach(
        run,
        count * targets.size(),
        piece -> {
          int t = piece / count;
          int k = piece % count;
          Gram training = inner.without(grams, k);
          double[] penalty = basis.evenPenalty(Penalties.of(chosen[t][k]));
          double[] b =
              NormalEquations.of(training, width, penalty)
                  .solve(FoldGrams.column(training, width, width + t));
          coefficients[t][k] = LinearLearner.rescale(basis.raw(b), fitting.moments(), width + t);
        });
    for (int t = 0; t < fitted.length; t++) {
      if (targets.get(t).kind() == Target.Kind.VALUE) {
        fitted[t] =
            new FoldPredictions(
                basis.basis(),
                fitting.folds(),
                coefficients[t],
                Target.Kind.VALUE,
                true,
                Penalties.describe(name, width - 1, chosen[t]));
      }
    }
  }

  private OutOfFold fitProbability(Fitting fitting, int t) {
    Run run = fitting.run();
    Standardization basis = fitting.basis();
    Folds folds = fitting.folds();
    Target target = fitting.targets().get(t);
    SampledRows sampled = SampledRows.of(run, fitting.data(), basis, target, folds);
    LogisticPenalty.Choice choice =
        new LogisticPenalty(fitting, sampled, target, name)
            .choose(fitting.moments().mean(basis.width() + t));
    LogisticScan.Likelihood likelihood =
        new LogisticScan.Likelihood(basis, target, LogisticLoss.BINARY);
    LogisticFit fit = new LogisticFit(run, fitting.data(), likelihood, folds);
    LogisticProblem[] problems = new LogisticProblem[folds.count()];
    for (int at : Arrays.stream(choice.penalty()).distinct().toArray()) {
      double[] penalty = basis.evenPenalty(Penalties.of(at));
      double[][] penalties = new double[folds.count()][];
      Arrays.fill(penalties, penalty);
      LogisticFit.Start start = new LogisticFit.Start(choice.path()[at], null);
      if (sampled.rows() < fitting.data().rows()) {
        LogisticSample few = LogisticSample.whole(run, sampled.data(), likelihood);
        Gram hessian = few.hessian(start.point(), fitting.data().rows());
        double[] polished = fit.polish(start.point(), penalty, hessian, 1);
        start = new LogisticFit.Start(polished, few);
      }
      boolean[] chosen = new boolean[folds.count()];
      for (int k = 0; k < chosen.length; k++) {
        chosen[k] = choice.penalty()[k] == at;
      }
      run.reached(name + ": all rows", 0.6);
      fit.leaveOut(start, penalties, chosen, problems);
    }
    return LogisticLearner.predictions(
        basis, folds, problems, Penalties.describe(name, basis.width() - 1, choice.penalty()));
  }
}
