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
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Penalised regression on {@link SplineBasis}, every column standardized: minimises the sum over
 * rows of \( (y - f)^2 / \mathrm{var}(y) \) plus \( \lambda \lVert b \rVert^2 \) for a value, of
 * the log-loss plus \( \tfrac{\lambda}{2} \lVert b \rVert^2 \) for a probability; the intercept
 * without penalty. Lambda is one of 17 from 1e-4 to 1e4, for each outer fold the one that does best
 * on inner folds of the other rows. The loss is a sum, so a lambda of 1 weighs about as much as one
 * row, however many there are.
 *
 * <p>Edge cases: constant columns are left out by the solver; a column that is all NULL is
 * constant.
 *
 * <p>Cost: values: three scans and {@code folds * columns^2} memory. Probabilities: about forty
 * light scans of at most {@value #SAMPLE} rows to choose the penalty, then about eight of all rows.
 */
record SplineLearner() implements Learner {
  private static final int SAMPLE = 50_000;

  @Override
  public String name() {
    return "spline";
  }

  @Override
  public List<OutOfFold> fitOutOfFold(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    run.progress("spline: columns", 0, 2);
    SplineBasis plain = SplineBasis.of(run, data, new Design(covariates, data.schema()));
    Moments.Summary moments = data.scan(run, new Moments(plain, targets, folds));
    TrainingFolds.checkClasses(moments, folds, targets, data.schema());
    Standardization basis = Standardization.of(plain, moments);
    run.progress("spline: columns", 1, 2);
    long bytes = 8L * basis.width() * basis.width() * folds.count() * (run.threads() + 2);
    run.memory().take(bytes, "the products of the spline's columns");
    try {
      return fit(new Setting(run, data, basis, targets, folds, moments));
    } finally {
      run.memory().giveBack(bytes);
    }
  }

  private static List<OutOfFold> fit(Setting setting) {
    List<Target> targets = setting.targets();
    @Nullable OutOfFold[] fitted = new OutOfFold[targets.size()];
    fitValues(setting, fitted);
    for (int t = 0; t < fitted.length; t++) {
      if (targets.get(t).kind() == Target.Kind.PROBABILITY) {
        fitted[t] = fitProbability(setting, t);
      }
    }
    List<OutOfFold> all = new ArrayList<>();
    for (OutOfFold one : fitted) {
      all.add(java.util.Objects.requireNonNull(one));
    }
    return all;
  }

  private record Setting(
      Run run,
      Dataset data,
      Standardization basis,
      List<Target> targets,
      Folds folds,
      Moments.Summary moments) {}

  private static void fitValues(Setting setting, @Nullable OutOfFold[] fitted) {
    List<Target> targets = setting.targets();
    Run run = setting.run();
    Standardization basis = setting.basis();
    if (targets.stream().noneMatch(t -> t.kind() == Target.Kind.VALUE)) {
      return;
    }
    int width = basis.width();
    InnerFolds inner = InnerFolds.of(setting.folds(), setting.data().rows());
    Gram[] grams =
        setting.data().scan(run, new FoldGrams(basis, targets, inner.folds(), setting.moments()));
    run.progress("spline: penalty of the outcome", 0, 1);
    int[][] chosen = new RidgePenalty(inner, grams, width).choose(run, basis);
    int count = setting.folds().count();
    double[][][] coefficients = new double[targets.size()][count][];
    Parallel.forEach(
        run,
        count * targets.size(),
        piece -> {
          int t = piece / count;
          int k = piece % count;
          Gram training = new Gram(grams[0].width());
          for (int j = 0; j < grams.length; j++) {
            if (j / inner.parts() != k) {
              training.add(grams[j]);
            }
          }
          double[] penalty = basis.evenPenalty(Penalties.of(chosen[t][k]));
          double[] b =
              NormalEquations.of(training, width, penalty)
                  .solve(FoldGrams.column(training, width, width + t));
          coefficients[t][k] = LinearLearner.rescale(basis.raw(b), setting.moments(), width + t);
        });
    for (int t = 0; t < fitted.length; t++) {
      if (targets.get(t).kind() == Target.Kind.VALUE) {
        fitted[t] =
            new FoldPredictions(
                basis.basis(),
                setting.folds(),
                coefficients[t],
                Target.Kind.VALUE,
                true,
                Penalties.describe(width - 1, chosen[t]));
      }
    }
  }

  private static OutOfFold fitProbability(Setting setting, int t) {
    Run run = setting.run();
    Standardization basis = setting.basis();
    Folds folds = setting.folds();
    Target target = setting.targets().get(t);
    Sampled sampled = Sampled.of(setting, target);
    LogisticPenalty.Choice choice =
        new LogisticPenalty(
                run, sampled.data(), basis, target, InnerFolds.of(sampled.folds(), sampled.rows()))
            .choose(setting.moments().mean(basis.width() + t));
    LogisticFit fit = new LogisticFit(run, setting.data(), basis, target, folds);
    LogisticFit.Problem[] problems = new LogisticFit.Problem[folds.count()];
    for (int at : Arrays.stream(choice.penalty()).distinct().toArray()) {
      double[] penalty = basis.evenPenalty(Penalties.of(at));
      double[][] penalties = new double[folds.count()][];
      Arrays.fill(penalties, penalty);
      double[] start = choice.path()[at];
      if (sampled.rows() < setting.data().rows()) {
        Gram hessian =
            new LogisticFit(run, sampled.data(), basis, target, sampled.folds()).hessian(start);
        double factor = (double) setting.data().rows() / sampled.rows();
        start = fit.polish(start, penalty, hessian, factor);
      }
      boolean[] chosen = new boolean[folds.count()];
      for (int k = 0; k < chosen.length; k++) {
        chosen[k] = choice.penalty()[k] == at;
      }
      run.progress("spline: treatment", 0, 1);
      fit.leaveOut(start, penalties, chosen, problems);
    }
    return LogisticLearner.predictions(
        basis, folds, problems, Penalties.describe(basis.width() - 1, choice.penalty()));
  }

  /** The rows a penalty is chosen on: all, or about {@value #SAMPLE} of them. */
  private record Sampled(Dataset data, Folds folds) {
    static Sampled of(Setting setting, Target target) {
      Dataset data = setting.data();
      long stride = Math.max(1, data.rows() / SAMPLE);
      if (stride == 1) {
        return new Sampled(data, setting.folds());
      }
      Set<Integer> columns = new TreeSet<>(setting.basis().columns());
      columns.add(target.column());
      if (target.weight() != Target.UNWEIGHTED) {
        columns.add(target.weight());
      }
      return new Sampled(
          SampleTiles.sample(setting.run(), data, columns, stride),
          SampleTiles.sample(setting.folds(), data.rows(), stride));
    }

    long rows() {
      return data.rows();
    }
  }
}
