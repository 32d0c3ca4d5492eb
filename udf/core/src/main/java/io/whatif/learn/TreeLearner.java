/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.model.TreeEnsemble;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Trees on the covariates as they are: NULLs go the way that does better at each split, categories
 * are columns of 0 and 1. Targets and folds are grown side by side, each on one thread.
 *
 * <p>Edge cases: a value is rounded to a float, seven digits, before it is compared; a target that
 * does not vary outside a fold is predicted by its mean, and so is every target without covariates.
 *
 * <p>Cost: one scan; memory about {@value TreeGrower#CELL_BYTES} bytes a value and thread.
 */
record TreeLearner(TreeFit fit) implements Learner {
  @Override
  public String name() {
    return fit.name();
  }

  @Override
  public List<OutOfFold> fitOutOfFold(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    Moments.Behind behind = new Moments.Behind(targets, folds);
    TrainingFolds.checkClasses(Moments.ofTargets(run, data, behind), folds, targets, data.schema());
    TreeInputs inputs = new TreeInputs(covariates);
    if (inputs.width() == 0) { // Nothing to split by: the mean of each fold's others.
      return PenalizedLearner.ridge().fitOutOfFold(run, data, covariates, targets, folds);
    }
    List<int[]> wanted = wanted(targets, folds);
    int pieces = wanted.size();
    int together = Math.min(run.threads(), pieces);
    long bytes =
        TreeRows.bytes(data.rows(), inputs.width(), targets.size())
            + together * data.rows() * (TreeGrower.CELL_BYTES * inputs.width() + 16);
    run.memory().take(bytes, "the rows that trees are grown on");
    try {
      TreeRows rows = TreeRows.of(run, data, inputs, targets);
      TrainingRows.Source source = new TrainingRows.Source(rows, inputs.terms(), folds);
      @Nullable TreeEnsemble[][] models = new TreeEnsemble[targets.size()][folds.count()];
      run.progress(name() + ": folds done", 0, pieces);
      AtomicInteger done = new AtomicInteger();
      Parallel.forEach(
          run,
          pieces,
          piece -> {
            int t = wanted.get(piece)[0];
            int k = wanted.get(piece)[1];
            TrainingRows.Piece which = new TrainingRows.Piece(t, targets.get(t).kind(), k);
            models[t][k] = fit.grow(run, TrainingRows.of(source, which));
            run.progress(name() + ": folds done", done.incrementAndGet(), pieces);
          });
      List<OutOfFold> fitted = new ArrayList<>();
      for (int t = 0; t < targets.size(); t++) {
        fitted.add(
            new TreePredictions(
                inputs, folds, models[t], targets.get(t).kind(), fit.describe(models[t])));
      }
      return fitted;
    } finally {
      run.memory().giveBack(bytes);
    }
  }

  /** Targets and folds that models are wanted of. */
  private static List<int[]> wanted(List<Target> targets, Folds folds) {
    List<int[]> wanted = new ArrayList<>();
    for (int t = 0; t < targets.size(); t++) {
      for (int k = 0; k < folds.count(); k++) {
        if (targets.get(t).wants(k)) {
          wanted.add(new int[] {t, k});
        }
      }
    }
    return wanted;
  }
}
