/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Profile;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A fit to all rows, or to a sample and polished on many: a place near every fold's optimum.
 *
 * @param known what the columns of the basis hold, which spares a scan for the sample; null if it
 *     is not known
 */
record LogisticStart(
    Run run, Dataset data, LogisticScan.Likelihood likelihood, @Nullable Profile known) {
  private static final long POLISHED = 1_000_000;
  private static final int MAX_STEP = 8;

  /**
   * The last step on a sample, which leaves its square: some 1e-4, where the optimum of 50,000 rows
   * is 4e-3 or more from that of all.
   */
  private static final double NEAR = 1e-2;

  /** Of how many rows one may polish a start that all rows are then fitted from. */
  int step() {
    return (int) Math.max(1, Math.min(MAX_STEP, data.rows() / POLISHED));
  }

  /**
   * Fits.
   *
   * @param sample about how many rows are fitted, if no others are known
   * @param step one of how many batches polishes that
   */
  LogisticFit.Start fit(double[] penalty, int sample, int step) {
    if (data.rows() <= 2L * sample) {
      return new LogisticFit.Start(fitAll(penalty), null);
    }
    Dataset rows = sample(sample);
    LogisticSample sampled = LogisticSample.whole(run, rows, likelihood);
    double[] lighter = times(penalty, (double) rows.rows() / data.rows());
    LogisticProblem problem =
        new LogisticProblem(LogisticScan.NONE, lighter, new double[lighter.length]);
    sampled.fit().newton(List.of(problem), NEAR);
    if (!problem.converged()) {
      return new LogisticFit.Start(fitAll(penalty), null);
    }
    double[] point = problem.coefficients();
    Gram hessian = problem.hessian().times((double) data.rows() / rows.rows());
    LogisticFit all = new LogisticFit(run, data, likelihood, Folds.undivided());
    return new LogisticFit.Start(all.polish(point, penalty, hessian, step), sampled);
  }

  private Dataset sample(int size) {
    Set<Integer> others = new TreeSet<>();
    others.add(likelihood.target().column());
    if (likelihood.target().weight() != Target.UNWEIGHTED) {
      others.add(likelihood.target().weight());
    }
    List<Integer> columns = likelihood.basis().columns();
    if (known != null && known.rows() == data.rows() && known.sampled().size() > 0) {
      return SampleTiles.known(data, columns, known, others);
    }
    others.addAll(columns);
    return SampleTiles.sample(run, data, others, RowSample.of(data.rows(), size));
  }

  private double[] fitAll(double[] penalty) {
    LogisticFit all = new LogisticFit(run, data, likelihood, Folds.undivided());
    LogisticProblem problem =
        new LogisticProblem(LogisticScan.NONE, penalty, new double[penalty.length]);
    all.newton(List.of(problem));
    return problem.coefficients();
  }

  private static double[] times(double[] penalty, double factor) {
    return Arrays.stream(penalty).map(p -> p * factor).toArray();
  }
}
