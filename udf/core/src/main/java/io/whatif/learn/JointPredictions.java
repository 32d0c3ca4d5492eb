/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.math.CrossGram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Predicts many targets at once: those that are linear in one basis by matrix products over rows
 * that are read once, others one by one. Thread-safe.
 */
public final class JointPredictions {
  private static final double LEAST = 1e-15;

  private final List<? extends OutOfFold> all;
  private final List<Group> groups = new ArrayList<>();
  private final List<Integer> alone = new ArrayList<>();

  /** Targets that are linear in one basis, with the same folds. */
  private record Group(Basis basis, Folds folds, int[] places, double[][] coefficients) {}

  public JointPredictions(List<? extends OutOfFold> all) {
    this.all = List.copyOf(all);
    Map<Basis, List<Integer>> linear = new LinkedHashMap<>();
    for (int t = 0; t < all.size(); t++) {
      if (all.get(t) instanceof FoldPredictions fitted) {
        linear.computeIfAbsent(fitted.basis(), none -> new ArrayList<>()).add(t);
      } else {
        alone.add(t);
      }
    }
    linear.forEach((basis, members) -> groups.add(group(basis, members)));
  }

  private Group group(Basis basis, List<Integer> members) {
    int[] places = members.stream().mapToInt(Integer::intValue).toArray();
    Folds folds = ((FoldPredictions) all.get(places[0])).folds();
    int width = basis.width();
    double[][] coefficients = new double[folds.count()][width * places.length];
    for (int m = 0; m < places.length; m++) {
      FoldPredictions fitted = (FoldPredictions) all.get(places[m]);
      if (fitted.folds() != folds) {
        throw new IllegalArgumentException("predictions of one basis by different folds");
      }
      for (int k = 0; k < folds.count(); k++) {
        for (int j = 0; j < width; j++) {
          coefficients[k][j * places.length + m] = fitted.coefficients()[k][j];
        }
      }
    }
    return new Group(basis, folds, places, coefficients);
  }

  /**
   * Writes the predictions of the batch's rows.
   *
   * @param into for each target an array that its rows are written to
   * @param at the place of the batch's first row there
   */
  public void predict(Batch batch, double[][] into, int at) {
    for (Group group : groups) {
      predict(batch, group, into, at);
    }
    for (int t : alone) {
      double[] predicted = new double[batch.rows()];
      all.get(t).predict(batch, predicted);
      System.arraycopy(predicted, 0, into[t], at, predicted.length);
    }
  }

  private void predict(Batch batch, Group group, double[][] into, int at) {
    FoldRows rows = new FoldRows(group.folds());
    Basis.Block block = Basis.Block.of(group.basis().width());
    double[] columns = new double[group.basis().width() * Basis.Block.ROWS];
    CrossGram values = new CrossGram(Basis.Block.ROWS, group.places().length);
    rows.group(batch);
    for (int k = 0; k < group.folds().count(); k++) {
      int end = rows.start(k + 1);
      for (int from = rows.start(k); from < end; from += Basis.Block.ROWS) {
        int to = Math.min(end, from + Basis.Block.ROWS);
        group.basis().fill(batch, rows.rows(), from, to, block);
        ResampledFits.transpose(block, to - from, group.basis().width(), columns);
        values.clear();
        values.add(columns, group.coefficients()[k], group.basis().width());
        for (int m = 0; m < group.places().length; m++) {
          boolean chance = link(group.places()[m]) == Target.Kind.PROBABILITY;
          double[] column = into[group.places()[m]];
          for (int r = from; r < to; r++) {
            double value = values.get(r - from, m);
            column[at + rows.rows()[r]] = chance ? probability(value) : value;
          }
        }
      }
    }
  }

  private Target.Kind link(int target) {
    return ((FoldPredictions) all.get(target)).link();
  }

  private static double probability(double index) {
    return Math.min(1 - LEAST, Math.max(LEAST, 1 / (1 + Math.exp(-index))));
  }
}
