/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.RowValues;
import io.whatif.data.Run;
import io.whatif.data.SharingRun;
import io.whatif.data.WhatifException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The method whose effect explains most, and of those that explain about as much the simplest.
 *
 * <p>Definition: with the residuals \( u = Y - \hat m \) and \( v = D - \hat e \) out of fold, a
 * method's R-loss is the mean of \( (u - v \hat\tau_{-k}(x))^2 \) over the rows that have all
 * features, its effect fitted without the row's fold. Of {@code constant}, {@code linear_dml},
 * {@code dr}, {@code t} and {@code x} (of a continuous treatment the first two) and, of rows that a
 * forest can learn from, {@code causal_forest}, in this order, the first is taken whose loss
 * exceeds the smallest by no more than one standard error of the difference of the two, row by row,
 * or cluster by cluster. It is then fitted as if it had been asked for. All losses are told.
 *
 * <p>The choice looks at the same rows as the fit after it, so intervals are those of the method
 * chosen and know nothing of the choice; averages hardly depend on it.
 *
 * <p>Edge cases: without features the effect is constant. Cost: one repetition of each method,
 * which share their nuisances, and all repetitions of the method chosen.
 *
 * <p>Sources: Nie and Wager 2021, doi:10.1093/biomet/asaa076, for the loss; Schuler et al. 2018,
 * arXiv:1804.05146, for choosing by it; Breiman et al. 1984, Classification and Regression Trees,
 * for the rule of one standard error.
 */
final class AutoMethod implements Estimator {
  private static final List<Estimator> OF_ANY = List.of(new ConstantDml(), new LinearDml());

  private static final List<Estimator> OF_ARMS =
      List.of(new ConstantDml(), new LinearDml(), new DrLearner(), new TLearner(), new XLearner());

  /** Trees of the forests that are compared. */
  private static final long TREES = 200;

  /** Losses that differ by less, as a share, are equal. */
  private static final double ROUNDING = 1e-9;

  @Override
  public String name() {
    return "auto";
  }

  @Override
  public boolean keepsRows() {
    return true; // of a forest, if it is chosen
  }

  @Override
  public Fit fit(Run run, Study study, FitOptions options) {
    checkUnits(options);
    if (study.features().isEmpty()) {
      return new ConstantDml().fit(run, study, options);
    }
    Choice choice = choose(run.part("", 0, 0.6), study, options);
    return choice.told(choice.method().fit(run.part("", 0.6, 1), study, options));
  }

  private static void checkUnits(FitOptions options) {
    FitOptions.Scale scale = options.scale();
    if (scale.perStandardDeviation() || scale.centred()) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "%s: method 'auto' chooses how the effect is fitted, and may have no coefficients. Leave it out, or name the method."
              .formatted(scale.centred() ? "center => true" : "per => 'sd'"));
    }
  }

  @Override
  public List<Effect> effects(Run run, Study study, FitOptions options) {
    throw new WhatifException(
        ErrorCode.BAD_ARGUMENT,
        "inference => 'bootstrap': method 'auto' chooses a method by the rows, and is not resampled. Name the method it chose.");
  }

  /**
   * What was chosen.
   *
   * @param losses of all, in their order
   */
  private record Choice(Estimator method, Map<String, Double> losses) {
    Fit told(Fit fit) {
      Map<String, @Nullable Object> figures = new LinkedHashMap<>(fit.figures());
      figures.put("method", method.name());
      StringBuilder text = new StringBuilder();
      losses.forEach(
          (name, loss) ->
              text.append(text.isEmpty() ? "" : ", ")
                  .append(String.format(Locale.ROOT, "%s %.6g", name, loss)));
      Warning told =
          new Warning(
              "method_chosen",
              Warning.Severity.INFO,
              "auto took %s, the simplest within one standard error of the smallest R-loss (%s)"
                  .formatted(method.name(), text));
      return fit.with(figures).with(fit.effects(), List.of(told));
    }
  }

  private static Choice choose(Run run, Study study, FitOptions options) {
    List<Estimator> methods = new ArrayList<>(study.treatment().continuous() ? OF_ANY : OF_ARMS);
    if (CausalForest.learnsFrom(run, study)) {
      methods.add(new CausalForest());
    }
    try (SharingRun comparing = SharingRun.within(run)) {
      FitOptions once =
          options.once().with(new Settings(Map.of(ForestOptions.TREES.name(), TREES)));
      CrossFit nuisances = CrossFit.of(comparing.part("", 0, 0.4), study, once, options.seed());
      Losses losses = new Losses(comparing, study, nuisances);
      for (int m = 0; m < methods.size(); m++) {
        double each = 0.6 / methods.size();
        double from = 0.4 + each * m;
        Run own = comparing.part("method " + methods.get(m).name(), from, from + each);
        losses.add(comparing, methods.get(m).fit(own, study, once).outOfFold());
      }
      return losses.choice(methods);
    }
  }

  /** The loss of each row by each method. */
  private static final class Losses {
    private final Study study;
    private final double[] u;
    private final double[] v;
    private final List<double[]> effects = new ArrayList<>();

    Losses(Run run, Study study, CrossFit nuisances) {
      this.study = study;
      u = study.column(run, Study.OUTCOME);
      v = study.column(run, Study.TREATMENT);
      double[] outcome = nuisances.outcome.toArray();
      double[] treatment = nuisances.treatment.toArray();
      for (int i = 0; i < u.length; i++) {
        u[i] -= outcome[i];
        v[i] -= treatment[i];
      }
    }

    void add(Run run, RowValues effect) {
      if (effect.array() == null) {
        run.memory().take((long) Double.BYTES * effect.rows(), "the effects of a method");
      }
      effects.add(effect.toArray());
    }

    /** The loss of a row, NaN where some method has no effect for it. */
    private double loss(int method, int row) {
      for (double[] effect : effects) {
        if (Double.isNaN(effect[row])) {
          return Double.NaN;
        }
      }
      double left = u[row] - v[row] * effects.get(method)[row];
      return left * left + study.variance(row);
    }

    /** How far the difference of two methods' losses of a row moves with its outcome. */
    private double slope(int method, int other, int row) {
      return 2 * v[row] * (effects.get(other)[row] - effects.get(method)[row]);
    }

    private double mean(int method) {
      double sum = 0;
      double total = 0;
      for (int i = 0; i < u.length; i++) {
        double loss = loss(method, i);
        if (!Double.isNaN(loss)) {
          sum += study.weight(i) * loss;
          total += study.weight(i);
        }
      }
      return sum / total;
    }

    /** The standard error of the difference of two methods' mean losses. */
    private double error(int method, int other, double difference) {
      double[] away = new double[u.length];
      double[] slope = new double[u.length];
      double total = 0;
      for (int i = 0; i < away.length; i++) {
        away[i] = loss(method, i) - loss(other, i) - difference;
        slope[i] = slope(method, other, i);
        total += Double.isNaN(away[i]) ? 0 : study.weight(i);
      }
      return Influence.of(study, RowGroup.all(study), away, slope).error() / total;
    }

    Choice choice(List<Estimator> methods) {
      Map<String, Double> losses = new LinkedHashMap<>();
      int best = 0;
      double[] mean = new double[methods.size()];
      for (int m = 0; m < mean.length; m++) {
        mean[m] = mean(m);
        losses.put(methods.get(m).name(), mean[m]);
        best = mean[m] < mean[best] ? m : best;
      }
      for (int m = 0; m < best; m++) {
        double difference = mean[m] - mean[best];
        if (difference <= error(m, best, difference) + ROUNDING * mean[best]) {
          return new Choice(methods.get(m), losses);
        }
      }
      return new Choice(methods.get(best), losses);
    }
  }
}
