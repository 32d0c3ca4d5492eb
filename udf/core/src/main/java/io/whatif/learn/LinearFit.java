/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Mergeable;
import io.whatif.data.Parallel;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import io.whatif.math.NormalEquations;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fit of {@link LinearLearner} that is begun: its Gram matrices are made when it is ended, unless
 * a scan of another fit has made them along.
 */
public final class LinearFit {
  private final String name;
  private final Fitting fitting;
  private final Covariates covariates;
  private final double[] penalty;
  private final FoldGrams pass;
  private Gram @Nullable [] grams;

  LinearFit(String name, Fitting fitting, Covariates covariates, double[] penalty) {
    this.name = name;
    this.fitting = fitting;
    this.covariates = covariates;
    this.penalty = penalty;
    this.pass =
        new FoldGrams(fitting.basis(), fitting.targets(), fitting.folds(), fitting.moments());
  }

  Dataset data() {
    return fitting.data();
  }

  Covariates covariates() {
    return covariates;
  }

  Folds folds() {
    return fitting.folds();
  }

  /** Runs a pass over the same data, and with it what is still to be summed if rows serve both. */
  <A extends Mergeable<A>, R> R along(Run run, FoldPass<A, R> other) {
    if (grams != null || !pass.readsAs(other)) {
      return data().scan(run, other);
    }
    Pass.Both<R, Gram[]> both = data().scan(run, other.beside(pass));
    grams = both.second();
    return both.first();
  }

  /** Ends the fit. */
  public List<OutOfFold> end(Run run) {
    run.reached(name, 0.5);
    Gram[] made = grams == null ? data().scan(run, pass) : grams;
    Standardization basis = fitting.basis();
    int width = basis.width();
    int targets = fitting.targets().size();
    double[][][] coefficients = new double[targets][folds().count()][];
    Parallel.forEach(
        run,
        folds().count(),
        k -> {
          Gram training = FoldGrams.without(made, k, k);
          NormalEquations equations = NormalEquations.of(training, width, penalty);
          for (int t = 0; t < targets; t++) {
            double[] b = equations.solve(FoldGrams.column(training, width, width + t));
            coefficients[t][k] = LinearLearner.rescale(basis.raw(b), fitting.moments(), width + t);
          }
        });
    run.reached(name, 1);
    List<OutOfFold> fitted = new ArrayList<>();
    for (double[][] ofTarget : coefficients) {
      fitted.add(
          new FoldPredictions(basis.basis(), folds(), ofTarget, Target.Kind.VALUE, true, name));
    }
    return fitted;
  }
}
