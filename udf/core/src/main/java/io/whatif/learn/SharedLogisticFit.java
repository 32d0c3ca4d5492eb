/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import io.whatif.math.NormalEquations;
import io.whatif.math.WeightedGrams;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The penalised logistic regressions of {@link LogisticLearner} for many targets and all folds in
 * shared scans.
 *
 * <p>Method: all targets take Newton steps together, with Hessians of at most {@value #SAMPLE}
 * rows. First each is fitted to those rows; then steps with the gradients of all rows go on to the
 * fit to all; from there every fold's problem starts with one step, whose gradient the last scan
 * has, and goes on until the next step would be below a precision, on standardized columns: {@value
 * #FINE}, where all rows are few, else {@value #COARSE}. That is a fiftieth of the standard error
 * that the coefficients have of so many rows; it enters an effect as a product with the outcome's
 * own error. Targets whose steps do not shrink are left to {@link LogisticFit}.
 *
 * <p>Cost: scans of {@code targets * columns} operations a row and fold; a Hessian of the sample
 * takes {@code targets * columns^2 / 2} a row; memory {@code targets * columns^2 / 2} doubles for
 * each thread.
 */
final class SharedLogisticFit {
  private static final int SAMPLE = 16_384;
  private static final double FINE = 1e-8;
  private static final double COARSE = 1e-4;
  private static final int HESSIANS = 3;
  private static final int MAX_STEPS = 25;

  /** How much shorter each step must be than the one before. */
  private static final double SLOW = 0.7;

  /** Steps longer than that are cut: far from the optimum a Hessian tells little. */
  private static final double LONGEST = 2;

  private final Run run;
  private final Dataset data;
  private final Basis basis;
  private final List<Target> targets;
  private final Folds folds;
  private final double[] penalty;
  private final double precision;

  /** For each target where it stands, and whether its steps shrink. */
  private final double[][] points;

  private final boolean[] failed;
  private final double[] lastStep;
  private NormalEquations[] equations = new NormalEquations[0];
  private Gram[] hessians = new Gram[0];

  SharedLogisticFit(Run run, Dataset data, Basis basis, Penalised problem) {
    this.run = run;
    this.data = data;
    this.basis = basis;
    this.targets = problem.targets();
    this.folds = problem.folds();
    this.penalty = problem.penalty();
    this.precision = data.rows() <= 2L * SAMPLE ? FINE : COARSE;
    this.points = new double[targets.size()][basis.width()];
    this.failed = new boolean[targets.size()];
    this.lastStep = new double[targets.size()];
  }

  /** What to fit. */
  record Penalised(List<Target> targets, Folds folds, double[] penalty) {}

  /**
   * The coefficients of each target without each fold; null for a target that must be fitted alone.
   *
   * @param chances the share of ones of each target
   */
  double[][][] leaveOut(double[] chances) {
    for (int t = 0; t < points.length; t++) {
      points[t][0] = Math.log(chances[t] / (1 - chances[t]));
    }
    fitSample();
    SharedLogisticSums.Sum sums = fitAll();
    double[][][] without = withoutFolds(sums);
    for (int t = 0; t < points.length; t++) {
      if (failed[t]) {
        without[t] = new double[0][];
      }
    }
    return without;
  }

  /** Newton on a sample, with Hessians of its own at first. */
  private void fitSample() {
    long stride = data.rows() <= 2L * SAMPLE ? 1 : data.rows() / SAMPLE;
    Dataset rows = data;
    if (stride > 1) {
      Set<Integer> columns = new TreeSet<>(basis.columns());
      targets.forEach(target -> columns.add(target.column()));
      if (targets.get(0).weight() != Target.UNWEIGHTED) {
        columns.add(targets.get(0).weight());
      }
      rows = SampleTiles.sample(run, data, columns, stride);
    }
    double factor = (double) data.rows() / rows.rows();
    Folds undivided = Folds.given(new int[Math.toIntExact(rows.rows())], 2);
    for (int step = 0; step < MAX_STEPS; step++) {
      boolean anew = step <= HESSIANS;
      SharedLogisticSums.Sum sums =
          rows.scan(run, SharedLogisticSums.at(basis, targets, undivided, packed(points), anew));
      if (anew) {
        factor(sums.hessians(), factor);
      }
      move(sums, factor);
      if (step >= HESSIANS && largest() < Math.max(precision, 1e-3 * (stride > 1 ? 1 : 0))) {
        break;
      }
    }
    SharedLogisticSums.Sum last =
        rows.scan(run, SharedLogisticSums.at(basis, targets, undivided, packed(points), true));
    factor(last.hessians(), factor);
  }

  /** Factors the Hessians of a sample, one row of which stands for {@code factor} rows. */
  private void factor(WeightedGrams sums, double factor) {
    equations = new NormalEquations[targets.size()];
    hessians = new Gram[targets.size()];
    Parallel.forEach(
        run,
        targets.size(),
        t -> {
          Gram scaled = new Gram(basis.width());
          scaled.addScaled(sums.gram(t), factor);
          hessians[t] = scaled;
          equations[t] = NormalEquations.of(scaled, basis.width(), penalty);
        });
  }

  /** One step of every target; gradients count {@code factor} times. */
  private void move(SharedLogisticSums.Sum sums, double factor) {
    for (int t = 0; t < points.length; t++) {
      double[] gradient = sums.total(-1, t);
      for (int j = 0; j < gradient.length; j++) {
        gradient[j] *= factor;
      }
      double[] step = LogisticFit.step(equations[t], gradient, penalty, points[t]);
      double size = LogisticFit.largest(step);
      double cut = size > LONGEST ? LONGEST / size : 1;
      for (int j = 0; j < step.length; j++) {
        points[t][j] += cut * step[j];
      }
      lastStep[t] = size;
    }
  }

  private double largest() {
    double largest = 0;
    for (int t = 0; t < lastStep.length; t++) {
      largest = failed[t] ? largest : Math.max(largest, lastStep[t]);
    }
    return largest;
  }

  /** Steps with the gradients of all rows; gives the gradients by fold where they end. */
  private SharedLogisticSums.Sum fitAll() {
    double before = Double.POSITIVE_INFINITY;
    for (int step = 0; step < MAX_STEPS; step++) {
      SharedLogisticSums.Sum sums =
          data.scan(run, SharedLogisticSums.at(basis, targets, folds, packed(points), false));
      double[][] here = Arrays.stream(points).map(double[]::clone).toArray(double[][]::new);
      double[] earlier = lastStep.clone();
      move(sums, 1);
      for (int t = 0; t < points.length && step > 0; t++) {
        failed[t] |= !(lastStep[t] <= precision || lastStep[t] < SLOW * earlier[t]);
      }
      double largest = largest();
      // A fold's first step is as long as a coefficient's error; no need to be nearer than that.
      if (largest < Math.max(precision, 0.1 / Math.sqrt((double) data.rows()))
          || !(largest < before)) {
        System.arraycopy(here, 0, points, 0, points.length);
        return sums;
      }
      before = largest;
    }
    Arrays.fill(failed, true);
    return data.scan(run, SharedLogisticSums.at(basis, targets, folds, packed(points), false));
  }

  private double[] packed(double[][] each) {
    double[] packed = new double[basis.width() * each.length];
    for (int t = 0; t < each.length; t++) {
      for (int j = 0; j < basis.width(); j++) {
        packed[j * each.length + t] = each[t][j];
      }
    }
    return packed;
  }

  private double[][][] withoutFolds(SharedLogisticSums.Sum sums) {
    double[] share = new double[folds.count()];
    for (int i = 0; i < data.rows(); i++) {
      share[folds.of(i)] += 1.0 / data.rows();
    }
    int count = folds.count();
    NormalEquations[][] training = new NormalEquations[targets.size()][count];
    double[][][] without = new double[targets.size()][count][];
    double[][] size = new double[targets.size()][count];
    boolean[] open = new boolean[targets.size()];
    Parallel.forEach(
        run,
        targets.size(),
        t -> {
          for (int k = 0; k < count; k++) {
            Gram scaled = new Gram(basis.width());
            scaled.addScaled(hessians[t], 1 - share[k]);
            training[t][k] = NormalEquations.of(scaled, basis.width(), penalty);
            double[] step = LogisticFit.step(training[t][k], sums.total(k, t), penalty, points[t]);
            without[t][k] = LogisticFit.plus(points[t], step);
            size[t][k] = LogisticFit.largest(step);
            open[t] |= size[t][k] > precision;
          }
        });
    for (int step = 0; step < MAX_STEPS; step++) {
      int[] moving = moving(open);
      if (moving.length == 0) {
        return without;
      }
      chord(moving, without, training, size, open);
    }
    for (int t = 0; t < open.length; t++) {
      failed[t] |= open[t];
    }
    return without;
  }

  private int[] moving(boolean[] open) {
    return java.util.stream.IntStream.range(0, open.length)
        .filter(t -> open[t] && !failed[t])
        .toArray();
  }

  @SuppressWarnings("TooManyParameters")
  private void chord(
      int[] moving,
      double[][][] without,
      NormalEquations[][] training,
      double[][] size,
      boolean[] open) {
    double[][] at = new double[folds.count()][];
    for (int k = 0; k < at.length; k++) {
      double[][] ofFold = new double[moving.length][];
      for (int m = 0; m < moving.length; m++) {
        ofFold[m] = without[moving[m]][k];
      }
      at[k] = packed(ofFold);
    }
    List<Target> some = Arrays.stream(moving).mapToObj(targets::get).toList();
    SharedLogisticSums.Sum sums =
        data.scan(run, SharedLogisticSums.without(basis, some, folds, at));
    for (int m = 0; m < moving.length; m++) {
      int t = moving[m];
      open[t] = false;
      for (int k = 0; k < folds.count(); k++) {
        double[] step =
            LogisticFit.step(training[t][k], sums.gradient(k, m), penalty, without[t][k]);
        double now = LogisticFit.largest(step);
        double rate = size[t][k] == 0 ? 0 : now / size[t][k];
        without[t][k] = LogisticFit.plus(without[t][k], step);
        size[t][k] = now;
        failed[t] |= !(now <= precision || rate < SLOW);
        open[t] |= now * Math.min(1, rate) > precision;
      }
    }
  }
}
