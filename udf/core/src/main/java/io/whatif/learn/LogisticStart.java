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

  /**
   * The sum of \( p (1 - p) \) over a sample's rows, for each coefficient, from which on they tell
   * what a step from their optimum leaves. The optimum of all is \( \lvert \delta \rvert^2 \) = 1 /
   * 200 from there at most, on average; a step leaves some 0.3 of that, of which the sample tells
   * all but a hundredth or two.
   */
  private static final double ENOUGH = 200;

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
    Sampled near = sampled(penalty, sample);
    return near == null ? all(penalty) : near.polished(penalty, step);
  }

  /**
   * A start that all folds are left out from. Rows whose values are known spare its polish, if they
   * are enough to tell what a step from their own optimum leaves.
   */
  LogisticFit.Start forFolds(double[] penalty, int sample) {
    Sampled near = sampled(penalty, sample);
    if (near == null) {
      return all(penalty);
    }
    return near.isEnough()
        ? new LogisticFit.Start(
            near.problem.coefficients(), LogisticSample.inGroups(run, near.rows, likelihood))
        : near.polished(penalty, step());
  }

  private LogisticFit.Start all(double[] penalty) {
    return new LogisticFit.Start(fitAll(penalty), null);
  }

  /** The fit to a sample; null if all rows are hardly more, or if it did not end. */
  private @Nullable Sampled sampled(double[] penalty, int sample) {
    if (data.rows() <= 2L * sample) {
      return null;
    }
    Dataset rows = sample(sample);
    double[] lighter = times(penalty, (double) rows.rows() / data.rows());
    LogisticProblem problem =
        new LogisticProblem(LogisticScan.NONE, lighter, new double[lighter.length]);
    LogisticSample whole = LogisticSample.whole(run, rows, likelihood);
    whole.fit().newton(List.of(problem), NEAR);
    return problem.converged() ? new Sampled(rows, whole, problem) : null;
  }

  /** A sample's optimum. */
  private final class Sampled {
    private final Dataset rows;
    private final LogisticSample whole;
    private final LogisticProblem problem;

    Sampled(Dataset rows, LogisticSample whole, LogisticProblem problem) {
      this.rows = rows;
      this.whole = whole;
      this.problem = problem;
    }

    LogisticFit.Start polished(double[] penalty, int step) {
      Gram hessian = problem.hessian().times((double) data.rows() / rows.rows());
      LogisticFit all = new LogisticFit(run, data, likelihood, Folds.undivided());
      double[] point = all.polish(problem.coefficients(), penalty, hessian, step);
      return new LogisticFit.Start(point, whole);
    }

    /** Whether the rows tell enough of each coefficient, and go as far as all others. */
    boolean isEnough() {
      double[] point = problem.coefficients();
      return known != null
          && isOf(known)
          && problem.hessian().get(0, 0) >= ENOUGH * point.length
          && LogisticRemainder.reaches(known::sample, known, likelihood.columns());
    }
  }

  /** Whether a profile has sampled these rows. */
  private boolean isOf(Profile profile) {
    return profile.rows() == data.rows() && profile.sampled().size() > 0;
  }

  private Dataset sample(int size) {
    Set<Integer> others = new TreeSet<>();
    others.add(likelihood.target().column());
    if (likelihood.target().weight() != Target.UNWEIGHTED) {
      others.add(likelihood.target().weight());
    }
    List<Integer> columns = likelihood.basis().columns();
    if (known != null && isOf(known)) {
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
