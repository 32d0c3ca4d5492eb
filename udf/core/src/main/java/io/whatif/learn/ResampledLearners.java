/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.inference.BootstrapWeights;
import io.whatif.math.Gram;
import io.whatif.math.NormalEquations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Linear learners fitted anew, fold by fold, to many bootstrap resamples at once.
 *
 * <p>Least squares ({@code ols}, {@code ridge}, {@code linear}): the exact refit. A resample is a
 * weight for each row, so its fits follow from one weighted Gram matrix for each fold, and those of
 * all resamples come from one scan ({@link io.whatif.math.WeightedGrams}).
 *
 * <p>Logistic regression: one Newton step from the fit to all rows, with the gradient and Hessian
 * of the resample's own training rows, which the same scan gives; then steps with that Hessian and
 * a scan for new gradients, until the next step would be below {@value #PRECISION} on standardized
 * columns, at most {@value #MAX_STEPS}. The error of such k-step refits is of higher order than the
 * bootstrap's own (Andrews 2002, doi:10.1111/1468-0262.00271); with many rows one step is enough. A
 * fit whose steps do not shrink, as under separation in a resample, is NaN.
 *
 * <p>Folds stay as they are: the copies of a row share its fold. The standardization of the columns
 * stays too; it is made from the covariates alone.
 *
 * <p>Cost: {@code draws * columns^2 / 2} operations a row, as many again where logistic targets
 * need Hessians of their own; memory {@code folds * draws * columns^2 / 2} doubles for each thread.
 */
public final class ResampledLearners {
  private static final double PRECISION = 3e-3;
  private static final int MAX_STEPS = 20;
  private static final long ROWS_A_COLUMN = 1000;

  private final Run run;
  private final Dataset data;
  private final Folds folds;
  private final List<Asked> asked;
  private final Standardization basis;
  private final Moments.Summary moments;

  /** For each target: where its logistic fit starts; empty for least squares. */
  private final List<double[]> starts = new ArrayList<>();

  /** A target, and the learner that predicts it. */
  public record Asked(Learner learner, Target target) {
    boolean logistic() {
      return learner instanceof LogisticLearner;
    }

    double[] penalty(Standardization basis) {
      if (learner instanceof LinearLearner linear) {
        return linear.even() ? basis.evenPenalty(linear.alpha()) : basis.penalty(linear.alpha());
      }
      LogisticLearner logistic = (LogisticLearner) learner;
      double strength = 1 / logistic.c();
      return logistic.even() ? basis.evenPenalty(strength) : basis.penalty(strength);
    }
  }

  /** Whether refits to resamples follow from sums for these learners. */
  public static boolean takes(Learner... learners) {
    return Arrays.stream(learners)
        .allMatch(l -> l instanceof LinearLearner || l instanceof LogisticLearner);
  }

  /**
   * Prepares refits.
   *
   * @param asked with learners that {@link #takes} allows
   */
  public ResampledLearners(
      Run run, Dataset data, Covariates covariates, List<Asked> asked, Folds folds) {
    this.run = run;
    this.data = data;
    this.folds = folds;
    this.asked = List.copyOf(asked);
    Design design = new Design(covariates, data.schema());
    List<Target> targets = asked.stream().map(Asked::target).toList();
    this.moments = Moments.of(run, data, design, covariates, new Moments.Behind(targets, folds));
    this.basis = Standardization.of(design, moments);
    for (Asked one : asked) {
      starts.add(
          one.learner() instanceof LogisticLearner
              ? LogisticLearner.centre(run, data, basis, one.penalty(basis), one.target())
              : new double[0]);
    }
  }

  /** How many draws may be fitted at once for the sums of a thread to stay below some doubles. */
  public int drawsWithin(long doubles) {
    long each = ResampleSums.size(basis.width(), asked, folds.count(), ownHessians());
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, doubles / each));
  }

  /** Whether each resample has Hessians of its own. */
  private boolean ownHessians() {
    return data.rows() <= ROWS_A_COLUMN * basis.width();
  }

  /** Fits all targets to each of the resamples. */
  public ResampledFits fit(BootstrapWeights.Draws draws) {
    ResampleSums resampled = new ResampleSums(basis, asked, moments, folds, draws);
    ResampleSums.Sum sums = data.scan(run, resampled.from(starts, ownHessians()));
    int width = basis.width();
    double[][][] coefficients = new double[asked.size()][folds.count()][width * draws.count()];
    for (int t = 0; t < asked.size(); t++) {
      if (asked.get(t).logistic()) {
        newton(t, sums, draws, coefficients[t]);
      } else {
        leastSquares(t, sums, draws, coefficients[t]);
      }
    }
    return new ResampledFits(
        basis, asked, coefficients, draws.count(), residualProducts(sums, coefficients));
  }

  /**
   * Sums over each fold of the products of residuals of each two targets, where all are least
   * squares: from the fold's Gram matrix, without a scan.
   */
  private ResampledFits.@Nullable Products residualProducts(
      ResampleSums.Sum sums, double[][][] coefficients) {
    if (asked.stream().anyMatch(Asked::logistic)) {
      return null;
    }
    int width = basis.width();
    return (fold, draw) -> {
      Gram gram = sums.values(fold, draw);
      int targets = coefficients.length;
      int draws = coefficients[0][fold].length / width;
      double[][] residual = new double[targets][width + targets];
      for (int t = 0; t < targets; t++) {
        double scale = moments.scale(width + t);
        for (int j = 0; j < width; j++) {
          residual[t][j] = -coefficients[t][fold][j * draws + draw];
        }
        residual[t][0] += moments.mean(width + t);
        residual[t][width + t] = scale;
      }
      return gram.form(residual);
    };
  }

  private void leastSquares(
      int target, ResampleSums.Sum sums, BootstrapWeights.Draws draws, double[][] into) {
    int width = basis.width();
    double[] penalty = asked.get(target).penalty(basis);
    int column = width + ResampleSums.place(asked, target);
    Parallel.forEach(
        run,
        draws.count(),
        b -> {
          for (int k = 0; k < folds.count(); k++) {
            Gram training = sums.valuesWithout(k, b);
            double[] solved =
                NormalEquations.of(training, width, penalty)
                    .solve(FoldGrams.column(training, width, column));
            for (int j = 0; j < width; j++) {
              into[k][j * draws.count() + b] = solved[j] * moments.scale(width + target);
            }
            into[k][b] += moments.mean(width + target);
          }
        });
  }

  /** One logistic refit that still moves. */
  private static final class Problem {
    final NormalEquations equations;
    double[] point;
    double last;
    boolean done;

    Problem(NormalEquations equations, double[] start, double[] step) {
      this.equations = equations;
      this.point = Points.plus(start, step);
      this.last = Points.largest(step);
      this.done = last * Math.min(1, last) < PRECISION;
    }

    void move(double[] step) {
      double size = Points.largest(step);
      double rate = size / last;
      point = Points.plus(point, step);
      last = size;
      done = size * Math.min(1, rate) < PRECISION;
    }
  }

  private void newton(
      int target, ResampleSums.Sum sums, BootstrapWeights.Draws draws, double[][] into) {
    double[] penalty = asked.get(target).penalty(basis);
    double[] start = starts.get(target);
    Problem[][] problems = new Problem[folds.count()][draws.count()];
    Parallel.forEach(
        run,
        draws.count(),
        b -> {
          for (int k = 0; k < folds.count(); k++) {
            int own = ownHessians() ? b : 0;
            NormalEquations equations =
                NormalEquations.of(sums.hessianWithout(target, k, own), basis.width(), penalty);
            double[] gradient = sums.gradientWithout(target, k, b);
            problems[k][b] =
                new Problem(
                    equations, start, LogisticFit.step(equations, gradient, penalty, start));
          }
        });
    for (int step = 0; step < MAX_STEPS && open(problems); step++) {
      write(problems, into);
      ResampleSums.Gradients gradients =
          data.scan(
              run, new ResampleSums(basis, asked, moments, folds, draws).gradients(target, into));
      for (int k = 0; k < folds.count(); k++) {
        for (int b = 0; b < draws.count(); b++) {
          Problem problem = problems[k][b];
          if (!problem.done) {
            problem.move(
                LogisticFit.step(problem.equations, gradients.of(k, b), penalty, problem.point));
          }
        }
      }
    }
    for (Problem[] ofFold : problems) {
      for (Problem problem : ofFold) {
        if (!problem.done) {
          Arrays.fill(problem.point, Double.NaN);
        }
      }
    }
    write(problems, into);
  }

  private static boolean open(Problem[][] problems) {
    return Arrays.stream(problems).flatMap(Arrays::stream).anyMatch(p -> !p.done);
  }

  private static void write(Problem[][] problems, double[][] into) {
    for (int k = 0; k < problems.length; k++) {
      int draws = problems[k].length;
      for (int b = 0; b < draws; b++) {
        double[] point = problems[k][b].point;
        for (int j = 0; j < point.length; j++) {
          into[k][j * draws + b] = point[j];
        }
      }
    }
  }
}
