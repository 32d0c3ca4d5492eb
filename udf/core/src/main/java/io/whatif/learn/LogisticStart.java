/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Run;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A fit to all rows, or to a sample and polished on all: a place near every fold's optimum. */
record LogisticStart(Run run, Dataset data, LogisticScan.Likelihood likelihood) {

  /**
   * Fits.
   *
   * @param sample about how many rows do
   */
  double[] fit(double[] penalty, int sample) {
    LogisticFit all = new LogisticFit(run, data, likelihood, undivided(data));
    if (data.rows() <= 2L * sample) {
      return fitOnce(all, penalty).coefficients();
    }
    Set<Integer> columns = new TreeSet<>(likelihood.basis().columns());
    columns.add(likelihood.target().column());
    if (likelihood.target().weight() != Target.UNWEIGHTED) {
      columns.add(likelihood.target().weight());
    }
    Dataset rows = SampleTiles.sample(run, data, columns, data.rows() / sample);
    double factor = (double) data.rows() / rows.rows();
    double[] lighter = Arrays.stream(penalty).map(p -> p / factor).toArray();
    LogisticFit sampled = new LogisticFit(run, rows, likelihood, undivided(rows));
    LogisticFit.Problem problem = fitOnce(sampled, lighter);
    if (!problem.converged()) {
      return fitOnce(all, penalty).coefficients();
    }
    double[] point = problem.coefficients();
    return all.polish(point, penalty, sampled.hessian(point), factor);
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
