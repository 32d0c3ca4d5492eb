/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Alone;
import io.whatif.data.ErrorCode;
import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.inference.BootstrapInterval;
import io.whatif.inference.BootstrapWeights;
import io.whatif.learn.Folds;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Errors and intervals of effects from bootstrap resamples, everything fitted anew in each.
 *
 * <p>Definition: rows, or whole clusters, are counted as often as {@link BootstrapWeights} says;
 * draw b is the estimate \( \hat\theta^*_b \) with those counts. Folds stay as they are in the
 * first repetition, so that the copies of a row share one and no model is judged by a row it has
 * seen. The reported estimate may be a median over repetitions; draws are therefore moved by its
 * distance from the first: \( \hat\theta + \hat\theta^*_b - \hat\theta^*_0 \), \( \hat\theta^*_0 \)
 * the estimate of the sample with those folds. {@link BootstrapInterval} makes the error and the
 * interval; z and the p-value are normal with that error.
 *
 * <p>Edge cases: a resample that cannot be estimated, such as one that lacks an arm, has no draw.
 * Rows that stand for several ({@code freq}) are refused: what they stand for cannot be resampled.
 *
 * <p>Cost: for {@link LinearDml} with linear learners a few scans ({@link LinearResamples}); else a
 * fit for each draw.
 *
 * <p>Source: Efron 1979, doi:10.1214/aos/1176344552.
 */
public final class Bootstrap {
  /** Rows from which on a refit is worth several threads. */
  private static final int MANY_ROWS = 50_000;

  /** The mistakes that a resample can make. */
  private static final Set<ErrorCode> OF_ROWS =
      EnumSet.of(ErrorCode.BAD_RELATION, ErrorCode.BAD_COLUMN);

  private Bootstrap() {}

  /**
   * What is asked for.
   *
   * @param draws how many resamples
   * @param kind how intervals are made of them
   * @param averages whether average effects are wanted; else theirs may stay as they are
   */
  public record Plan(int draws, BootstrapInterval.Kind kind, boolean averages) {}

  /** The estimator, and what it found in the sample. */
  public record Fitted(Estimator estimator, ArmFits fits) {}

  /** The same fits with errors and intervals of resamples; tests stay as they are. */
  public static ArmFits of(Run run, Study study, FitOptions asked, Fitted fitted, Plan plan) {
    refuseCounts(study);
    FitOptions options =
        fitted.estimator().learns() ? NuisanceChoice.settled(run, study, asked) : asked;
    boolean linear = fitted.estimator() instanceof LinearDml;
    boolean together = options.own().flag(JointDml.TOGETHER);
    if (linear && !together && study.treatment().kind() == Treatment.Kind.ARMS) {
      List<Fit> fits = new ArrayList<>();
      for (int arm = 1; arm < study.treatment().arms().size(); arm++) {
        ArmFits alone = ArmFits.of(fitted.fits().fits().get(arm - 1));
        Study pair = Pair.of(run, study, arm);
        Run own = run.step("arm", arm - 1, study.treatment().arms().size() - 1);
        fits.addAll(of(own, pair, options, new Fitted(fitted.estimator(), alone), plan).fits());
      }
      return new ArmFits(fits, fitted.fits().cross());
    }
    BootstrapWeights weights =
        new BootstrapWeights(study.units().keys(), Mix.mix(options.seed(), plan.draws()));
    double[][] draws =
        linear
                && study.treatment().kind() != Treatment.Kind.ARMS
                && !CurveDml.isAsked(study, options)
                && LinearResamples.takes(study, options)
            ? LinearResamples.estimates(
                run,
                study,
                options,
                weights,
                new LinearResamples.Asked(plan.draws(), plan.averages()))
            : refits(run, study, options, fitted, new Resamples(weights, plan.draws()));
    List<Fit> fits = new ArrayList<>();
    int row = 0;
    for (Fit fit : fitted.fits().fits()) {
      int end = Math.min(draws.length, row + fit.effects().size());
      double[][] own = Arrays.copyOfRange(draws, Math.min(row, end), end);
      fits.add(resampled(study, fit, own, plan, options.level()));
      row += fit.effects().size();
    }
    return new ArmFits(fits, fitted.fits().cross());
  }

  /** A fit with what its rows' draws, from 0 on, say; rows without draws stay as they are. */
  private static Fit resampled(Study study, Fit fit, double[][] draws, Plan plan, double level) {
    List<Effect> effects = new ArrayList<>();
    int undefined = 0;
    for (int row = 0; row < fit.effects().size(); row++) {
      Effect effect = fit.effects().get(row);
      if (effect.kind() == Effect.Kind.TEST || row >= draws.length) {
        effects.add(effect);
        continue;
      }
      double estimate = effect.estimate().value();
      double[] moved = new double[plan.draws()];
      int missing = 0;
      for (int b = 0; b < moved.length; b++) {
        moved[b] = estimate + draws[row][b + 1] - draws[row][0];
        missing += Double.isNaN(moved[b]) ? 1 : 0;
      }
      undefined = Math.max(undefined, missing);
      effects.add(effect.with(BootstrapInterval.of(estimate, moved, plan.kind(), level)));
    }
    return fit.with(effects, warnings(study, undefined, plan.draws()));
  }

  private static List<Warning> warnings(Study study, int undefined, int draws) {
    return undefined == 0
        ? List.of()
        : List.of(
            new Warning(
                "resamples_undefined",
                Warning.Severity.CAUTION,
                String.format(
                    Locale.ROOT,
                    "%d of %d resamples could not be estimated and are left out: %s",
                    undefined,
                    draws,
                    cause(study))));
  }

  /**
   * Why a resample cannot be estimated: units are drawn whole, and what few of them have is lost.
   */
  private static String cause(Study study) {
    int[] clusters = study.units().clusters();
    String noun = study.shared().noun();
    if (clusters == null) {
      return "an arm or a feature's value is rare";
    }
    int count = clusters[clusters.length - 1] + 1;
    return String.format(
        Locale.ROOT,
        StudyWarnings.areFew(count)
            ? "%1$ss are drawn whole, and of %2$d a resample may lack a fold, an arm or a feature's value: an interval needs 10 or more to be trusted"
            : "%1$ss are drawn whole, and few of %2$d have an arm or a feature's value",
        noun,
        count);
  }

  private static void refuseCounts(Study study) {
    if (study.isCounted()) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "inference => 'bootstrap': rows that stand for several (freq) cannot be resampled. Leave inference out, or expand the rows.");
    }
  }

  /** Draws 0, the sample, to {@code count}. */
  private record Resamples(BootstrapWeights weights, int count) {}

  private static double[][] refits(
      Run run, Study study, FitOptions options, Fitted fitted, Resamples resamples) {
    Folds folds = CrossFit.folds(run, study, options, options.seed());
    boolean arms = study.treatment().kind() == Treatment.Kind.ARMS;
    int rows = fitted.fits().fits().stream().mapToInt(fit -> fit.effects().size()).sum();
    double[][] all = new double[rows][resamples.count() + 1];
    boolean many = study.rows() >= MANY_ROWS;
    Parallel.Piece piece =
        b -> {
          run.progress("bootstrap", b, resamples.count() + 1L);
          Alone alone = Alone.of(run, many ? run.threads() : 1);
          try {
            Study drawn = Resample.of(alone, study, folds, resamples.weights(), b);
            List<Effect> effects =
                arms
                    ? fitted.estimator().fitArms(alone, drawn, options).fits().stream()
                        .flatMap(fit -> fit.effects().stream())
                        .toList()
                    : fitted.estimator().effects(alone, drawn, options);
            for (int row = 0; row < rows; row++) {
              all[row][b] =
                  effects.size() == rows ? effects.get(row).estimate().value() : Double.NaN;
            }
          } catch (WhatifException e) {
            if (!OF_ROWS.contains(e.code())) {
              throw e;
            }
            for (int row = 0; row < rows; row++) {
              all[row][b] = Double.NaN;
            }
          } finally {
            alone.memory().giveBackAll();
          }
        };
    if (many) {
      for (int b = 0; b <= resamples.count(); b++) {
        piece.run(b);
      }
    } else {
      Parallel.forEach(run, resamples.count() + 1, piece);
    }
    return all;
  }
}
