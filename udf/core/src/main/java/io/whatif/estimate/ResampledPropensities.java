/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.inference.BootstrapWeights;
import io.whatif.learn.FoldRows;
import io.whatif.learn.Folds;
import io.whatif.learn.Learner;
import io.whatif.learn.OutOfFold;
import io.whatif.learn.ResampledFits;
import io.whatif.learn.ResampledLearners;
import io.whatif.learn.Target;
import java.util.Arrays;
import java.util.List;

/**
 * Out-of-fold propensities fitted anew in bootstrap resamples, folds staying as they are. Linear
 * learners are refitted to many resamples from one scan ({@link ResampledLearners}), others one
 * resample after the other, rows weighted by how often they stand in it.
 *
 * <p>Memory: 8 bytes a row and draw of a round, {@value #KEPT} doubles at most where rows allow.
 */
final class ResampledPropensities {
  private static final long SUMS = 4_000_000;
  private static final long KEPT = 4_000_000;

  private final Run run;
  private final Study study;
  private final Learner learner;
  private final Folds folds;

  ResampledPropensities(Run run, Study study, FitOptions options, Folds folds) {
    this.run = run;
    this.study = study;
    this.learner = NuisanceChoice.treatment(run, study, options);
    this.folds = folds;
  }

  /** What to do with the propensities of a draw; NaN everywhere if they cannot be fitted. */
  interface EachDraw {
    void take(int draw, double[] propensity);
  }

  /** The propensities of draws 1 to {@code count}, one after the other. */
  void each(BootstrapWeights weights, int count, EachDraw each) {
    if (!ResampledLearners.takes(learner)) {
      for (int b = 1; b <= count; b++) {
        run.progress("bootstrap", b - 1L, count);
        each.take(b, alone(weights, b));
      }
      return;
    }
    Target target = new Target(Study.TREATMENT, Target.Kind.PROBABILITY, study.weightColumn());
    ResampledLearners learners =
        new ResampledLearners(
            run,
            study.data(),
            study.covariates(),
            List.of(new ResampledLearners.Asked(learner, target)),
            folds);
    int round = (int) Math.max(1, Math.min(learners.drawsWithin(SUMS), KEPT / study.rows()));
    for (int from = 1; from <= count; from += round) {
      run.progress("bootstrap", from - 1L, count);
      int to = Math.min(count + 1, from + round);
      double[][] values = predicted(learners.fit(weights.draws(from, to)));
      for (int b = from; b < to; b++) {
        each.take(b, values[b - from]);
      }
    }
  }

  /** The propensities of each draw and row. One scan. */
  private double[][] predicted(ResampledFits fits) {
    double[][] values = new double[fits.draws()][Math.toIntExact(study.rows())];
    study
        .data()
        .forEachBatch(
            run,
            batch -> {
              FoldRows rows = new FoldRows(folds);
              ResampledFits.Predictions predictions = fits.predictions();
              rows.group(batch);
              rows.forEachBlock(
                  (from, to, fold) -> {
                    predictions.fill(batch, rows.rows(), from, to, fold);
                    for (int r = from; r < to; r++) {
                      int row = (int) batch.firstRow() + rows.rows()[r];
                      for (int b = 0; b < values.length; b++) {
                        values[b][row] = predictions.of(0, r - from, b);
                      }
                    }
                  });
            });
    return values;
  }

  /** Those of one draw, by weights. */
  private double[] alone(BootstrapWeights weights, int draw) {
    double[] counts = new double[Math.toIntExact(study.rows())];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = weights.of(draw, i) * study.weight(i);
    }
    Dataset data = study.data().with(List.of(new Column.Numeric("resampled", "DOUBLE")), counts);
    Target target = new Target(Study.TREATMENT, Target.Kind.PROBABILITY, data.schema().size() - 1);
    try {
      OutOfFold fitted =
          learner.fitOutOfFold(run, data, study.covariates(), List.of(target), folds).get(0);
      return CrossFit.values(run, data, fitted);
    } catch (WhatifException e) {
      if (e.code() != ErrorCode.BAD_RELATION) {
        throw e;
      }
      // a resample may lack an arm in some fold: it has no estimate
      Arrays.fill(counts, Double.NaN);
      return counts;
    }
  }
}
