/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Parallel;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import io.whatif.math.NormalEquations;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The penalised logistic regressions of {@link LogisticLearner} for many targets and all folds in
 * shared scans.
 *
 * <p>Method: all targets take Newton steps together. First each is fitted to {@value #FEW} rows;
 * then come {@value #APPROACH} steps with the gradients of all rows and these Hessians; then
 * Hessians are made anew of {@value #SAMPLE} rows, and steps go on to the fit to all. From there
 * every fold's problem takes one step, whose gradient the last scan has. Where what is left, as the
 * rate tells at which steps have shrunk, is above a precision, further steps are taken. The
 * precision, on standardized columns, is {@value #FINE} where all rows are few, else {@value
 * #COARSE} of the least standard error that a coefficient has of so many rows; an error so small
 * enters an effect as a product with the outcome's own error. Targets whose steps do not shrink are
 * left to {@link LogisticFit}.
 *
 * <p>Cost: scans of {@code targets * columns} operations a row and fold; a Hessian of the sample
 * takes {@code targets * columns^2 / 2} a row; memory {@code targets * columns^2 / 2} doubles for
 * each thread.
 */
final class SharedLogisticFit {
  private static final int SAMPLE = 16_384;
  private static final int FEW = 4_096;

  /** Steps on few rows end there: a step on more of them goes as far in any case. */
  private static final double NEAR = 0.1;

  /** Up to that square of its coefficient of variation, curvature is compared with its mean. */
  private static final double VARIED = 0.5;

  private static final double FINE = 1e-8;

  /** Half of what is promised of many rows, a twenty-fifth: what is left is an estimate. */
  private static final double COARSE = 0.02;

  /** Hessians of few rows that are made at most. */
  private static final int HESSIANS = 4;

  /** Steps on all rows, after which Hessians are made anew, for they are near the end. */
  private static final int APPROACH = 2;

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

  /** Whether all rows are as few as a sample. */
  private final boolean few;

  /** For each target where it stands, and whether its steps shrink. */
  private final double[][] points;

  private final boolean[] failed;
  private final double[] lastStep;

  /** How much shorter the last step was than the one before. */
  private final double[] rate;

  /** What the rate is at least, by chance of the sample that Hessians are of. */
  private final double[] leastRate;

  /** Of all rows, made when first wanted. */
  private @Nullable BasisGrams grams;

  private NormalEquations[] equations = new NormalEquations[0];
  private Gram[] hessians = new Gram[0];

  SharedLogisticFit(Run run, Dataset data, Basis basis, Penalised problem) {
    this.run = run;
    this.data = data;
    this.basis = basis;
    this.targets = problem.targets();
    this.folds = problem.folds();
    this.penalty = problem.penalty();
    this.few = data.rows() <= 2L * SAMPLE;
    this.precision = few ? FINE : COARSE * 2 / Math.sqrt((double) data.rows());
    this.points = new double[targets.size()][basis.width()];
    this.failed = new boolean[targets.size()];
    this.lastStep = new double[targets.size()];
    this.rate = new double[targets.size()];
    this.leastRate = new double[targets.size()];
    Arrays.fill(rate, 1);
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
    fitFew();
    SharedLogisticSums.Sum sums = fitAll();
    double[][][] without = withoutFolds(sums);
    for (int t = 0; t < points.length; t++) {
      if (failed[t]) {
        without[t] = new double[0][];
      }
    }
    return without;
  }

  /** Newton on few rows, of which the Hessians are at first. */
  private void fitFew() {
    newton(few ? data : sample(FEW), few ? precision : NEAR);
    if (few) {
      factor(data);
    }
  }

  /** So many of the rows. */
  private Dataset sample(int size) {
    Set<Integer> columns = new TreeSet<>(basis.columns());
    targets.forEach(target -> columns.add(target.column()));
    if (targets.get(0).weight() != Target.UNWEIGHTED) {
      columns.add(targets.get(0).weight());
    }
    return SampleTiles.sample(run, data, columns, RowSample.of(data.rows(), size));
  }

  /** Steps until the longest is below {@code enough}; the Hessians are made anew at first. */
  private void newton(Dataset rows, double enough) {
    for (int step = 0; step < MAX_STEPS; step++) {
      boolean anew = step < HESSIANS;
      SharedLogisticSums.Sum sums = sums(rows, anew);
      if (anew) {
        double factor = (double) data.rows() / rows.rows();
        factor(t -> BasisGrams.scaled(sums.hessian(t), factor));
      }
      move(sums, (double) data.rows() / rows.rows());
      if (largest() < enough) {
        return;
      }
    }
  }

  /** Gradients of some rows where the targets stand. */
  private SharedLogisticSums.Sum sums(Dataset rows, boolean hessians) {
    return rows.scan(
        run, SharedLogisticSums.at(basis, targets, Folds.undivided(), packed(points), hessians));
  }

  /**
   * Factors the Hessians of all rows, as some rows tell them and {@link BasisGrams} mends them. A
   * target of which these rows do not know a column is left to be fitted alone.
   */
  private void factor(Dataset rows) {
    SharedLogisticSums.Sum sums = sums(rows, true);
    double factor = (double) data.rows() / rows.rows();
    FoldGrams products = FoldGrams.of(basis, Weights.of(targets), Folds.undivided());
    Gram sample = BasisGrams.sum(rows.scan(run, products));
    BasisGrams all = grams();
    Gram surplus = all.surplus(sample, factor);
    double n = sample.get(0, 0);
    double drawn = Math.sqrt((double) basis.width() / rows.rows());
    factor(
        t -> {
          Gram hessian = BasisGrams.scaled(sums.hessian(t), factor);
          double mean = sums.hessian(t).get(0, 0) / n;
          double varied = sums.curvatureSquares(t) / (mean * mean * n) - 1;
          leastRate[t] =
              few ? 0 : drawn * Math.sqrt(varied < VARIED ? Math.max(0, varied) : 1 + varied);
          if (varied < VARIED) {
            hessian = all.mended(hessian, surplus, mean);
          }
          failed[t] |= !few && !all.isKnownTo(hessian, mean);
          return hessian;
        });
  }

  private BasisGrams grams() {
    BasisGrams known = grams;
    if (known == null) {
      known = BasisGrams.of(run, data, basis, Weights.of(targets), folds);
      grams = known;
    }
    return known;
  }

  private void factor(IntFunction<Gram> hessian) {
    equations = new NormalEquations[targets.size()];
    hessians = new Gram[targets.size()];
    Parallel.forEach(
        run,
        targets.size(),
        t -> {
          hessians[t] = hessian.apply(t);
          equations[t] = NormalEquations.of(hessians[t], basis.width(), penalty);
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
      double size = Points.largest(step);
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
    // With the Hessians of few rows a rare column may not move at all, so steps tell nothing yet.
    int approach = few ? 0 : APPROACH;
    for (int step = 0; step < MAX_STEPS; step++) {
      if (step == approach && !few) {
        factor(sample(SAMPLE));
      }
      SharedLogisticSums.Sum sums =
          data.scan(run, SharedLogisticSums.at(basis, targets, folds, packed(points), false));
      double[][] here = Arrays.stream(points).map(double[]::clone).toArray(double[][]::new);
      double[] earlier = lastStep.clone();
      move(sums, 1);
      if (step <= approach) {
        continue;
      }
      for (int t = 0; t < points.length; t++) {
        rate[t] = earlier[t] == 0 ? 0 : lastStep[t] / earlier[t];
        failed[t] |= !(lastStep[t] <= precision || rate[t] < SLOW);
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
    double[] unfair = new double[count];
    Arrays.setAll(unfair, k -> grams().unfair(k, share[k]));
    Parallel.forEach(
        run,
        targets.size(),
        t -> {
          for (int k = 0; k < count; k++) {
            Gram scaled = new Gram(basis.width());
            scaled.addScaled(hessians[t], 1 - share[k]);
            training[t][k] = NormalEquations.of(scaled, basis.width(), penalty);
            double[] step = LogisticFit.step(training[t][k], sums.total(k, t), penalty, points[t]);
            without[t][k] = Points.plus(points[t], step);
            size[t][k] = Points.largest(step);
            double slowest = Math.max(unfair[k], Math.max(rate[t], leastRate[t]));
            open[t] |= left(size[t][k], slowest) > precision;
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

  /** How far it is after a step of some length, if steps go on to shrink as they did. */
  private static double left(double step, double rate) {
    return rate < 1 ? step * rate / (1 - rate) : step;
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
        double now = Points.largest(step);
        double shrunk = size[t][k] == 0 ? 0 : now / size[t][k];
        without[t][k] = Points.plus(without[t][k], step);
        size[t][k] = now;
        failed[t] |= !(now <= precision || shrunk < SLOW);
        open[t] |= left(now, shrunk) > precision;
      }
    }
  }
}
