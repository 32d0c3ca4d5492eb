/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Run;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A fit to all rows, or to a sample and polished on many: a place near every fold's optimum. The
 * first rows are as random as any.
 */
record LogisticStart(Run run, Dataset data, LogisticScan.Likelihood likelihood) {
  private static final long LEAST_POLISHED = 1_000_000;

  /** On how many rows a start is polished that all rows are fitted from. */
  long many() {
    return Math.max(LEAST_POLISHED, data.rows() / 8);
  }

  /**
   * Fits.
   *
   * @param sample about how many rows are fitted
   * @param many on how many rows that is polished
   */
  LogisticFit.Start fit(double[] penalty, int sample, long many) {
    if (data.rows() <= 2L * sample) {
      return new LogisticFit.Start(fitAll(penalty), null);
    }
    Set<Integer> columns = new TreeSet<>(likelihood.basis().columns());
    columns.add(likelihood.target().column());
    if (likelihood.target().weight() != Target.UNWEIGHTED) {
      columns.add(likelihood.target().weight());
    }
    Dataset rows = SampleTiles.sample(run, data, columns, data.rows() / sample);
    LogisticFit sampled = new LogisticFit(run, rows, likelihood, undivided(rows));
    double[] lighter = times(penalty, (double) rows.rows() / data.rows());
    LogisticFit.Problem problem = fitOnce(sampled, lighter);
    if (!problem.converged()) {
      return new LogisticFit.Start(fitAll(penalty), null);
    }
    double[] point = problem.coefficients();
    Dataset most = data.head(many);
    LogisticFit polishing = new LogisticFit(run, most, likelihood, undivided(most));
    double[] heavier = times(penalty, (double) most.rows() / data.rows());
    double factor = (double) most.rows() / rows.rows();
    return new LogisticFit.Start(
        polishing.polish(point, heavier, sampled.hessian(point), factor), sampled);
  }

  private double[] fitAll(double[] penalty) {
    return fitOnce(new LogisticFit(run, data, likelihood, undivided(data)), penalty).coefficients();
  }

  private static double[] times(double[] penalty, double factor) {
    return Arrays.stream(penalty).map(p -> p * factor).toArray();
  }

  private static LogisticFit.Problem fitOnce(LogisticFit fit, double[] penalty) {
    LogisticFit.Problem problem =
        new LogisticFit.Problem(LogisticScan.NONE, penalty, new double[penalty.length]);
    fit.newton(List.of(problem));
    return problem;
  }

  private static Folds undivided(Dataset data) {
    return Folds.given(new int[Math.toIntExact(data.rows())], 2);
  }
}
