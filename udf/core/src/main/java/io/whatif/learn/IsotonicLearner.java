/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.math.Isotonic;
import io.whatif.model.CalibratedPredictor;
import io.whatif.model.Predictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Another learner's probabilities, calibrated: those of a fold are put through the isotonic
 * regression of the target on the out-of-fold predictions of the rows outside that fold. So no
 * row's own target touches what is made of its prediction.
 *
 * <p>Edge cases: predictions are rounded to floats; at the ends, where all rows are 0 or all are 1,
 * the probability is kept {@value #LEAST} away from these.
 *
 * <p>Cost: that of the learner, one scan and a sort.
 *
 * <p>Source: Zadrozny and Elkan 2002, doi:10.1145/775047.775151; cross-fitted as in Calibration
 * Strategies for Robust Causal Estimation 2025, arXiv:2503.17290, and DoubleML's
 * calibration_method.
 */
record IsotonicLearner(Learner learner) implements Learner {
  private static final double LEAST = 1e-6;

  @Override
  public String name() {
    return "isotonic(" + learner.name() + ")";
  }

  @Override
  public List<OutOfFold> fitOutOfFold(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    List<OutOfFold> all = new ArrayList<>();
    List<OutOfFold> fitted = learner.fitOutOfFold(run, data, covariates, targets, folds);
    for (int t = 0; t < fitted.size(); t++) {
      run.progress(name(), t, fitted.size());
      all.add(calibrated(run, data, fitted.get(t), targets.get(t), folds));
    }
    return all;
  }

  @Override
  public boolean isSettled() {
    return learner.isSettled();
  }

  @Override
  public Learner settled(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    return new IsotonicLearner(learner.settled(run, data, covariates, targets, folds));
  }

  private static OutOfFold calibrated(
      Run run, Dataset data, OutOfFold fitted, Target target, Folds folds) {
    int together = Math.min(run.threads(), folds.count());
    long bytes = data.rows() * (OutOfFoldRows.ROW_BYTES + 8 + 32L * together);
    run.memory().take(bytes, "the calibration of probabilities");
    try {
      OutOfFoldRows rows = OutOfFoldRows.of(run, data, fitted, target);
      int[] order = order(rows.predicted());
      Isotonic[] maps = new Isotonic[folds.count()];
      Parallel.forEach(run, maps.length, k -> maps[k] = without(rows, order, folds, k));
      return new Calibrated(fitted, folds, maps);
    } finally {
      run.memory().giveBack(bytes);
    }
  }

  /** The places of rows by their prediction as a float, then by place. */
  private static int[] order(double[] predicted) {
    long[] keys = new long[predicted.length];
    Arrays.setAll(keys, i -> ((long) rising((float) predicted[i]) << 32) | i);
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
  }

  /** An integer that rises with the float. */
  private static int rising(float value) {
    int bits = Float.floatToIntBits(value);
    return bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
  }

  private static Isotonic without(OutOfFoldRows rows, int[] order, Folds folds, int fold) {
    Isotonic.Pools pools = new Isotonic.Pools(order.length);
    for (int i : order) {
      if (folds.of(i) != fold && rows.weight()[i] > 0) {
        pools.add((float) rows.predicted()[i], rows.target()[i], rows.weight()[i]);
      }
    }
    return pools.regression();
  }

  /** Probabilities of a fold through the map made without it. */
  private record Calibrated(OutOfFold of, Folds folds, Isotonic[] maps) implements OutOfFold {
    @Override
    public void predict(Batch batch, double[] into) {
      of.predict(batch, into);
      for (int r = 0; r < batch.rows(); r++) {
        double value = maps[folds.of(batch.firstRow() + r)].of((float) into[r]);
        into[r] = Math.min(1 - LEAST, Math.max(LEAST, value));
      }
    }

    @Override
    public Predictor predictor(int fold) {
      return new CalibratedPredictor(of.predictor(fold), maps[fold]);
    }

    @Override
    public boolean converged() {
      return of.converged();
    }

    @Override
    public String description() {
      return of.description() + ", isotonic";
    }
  }
}
