/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.math.CrossGram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Predicts many targets at once: those that are linear in one basis by matrix products over rows
 * that are read once, others one by one. Thread-safe.
 */
public final class JointPredictions {
  /** Targets up to which rows are multiplied by one after the other. */
  private static final int FEW = 3;

  private final List<? extends OutOfFold> all;
  private final List<Group> groups = new ArrayList<>();
  private final List<Integer> alone = new ArrayList<>();

  /** What targets have in common that are predicted together. */
  private record Shared(Basis basis, Folds folds) {}

  /**
   * Targets that are linear in one basis, with the same folds.
   *
   * @param coefficients of each fold, column by column, those of the targets side by side
   */
  private record Group(
      Shared shared, int[] places, List<FoldPredictions> members, double[][] coefficients) {}

  public JointPredictions(List<? extends OutOfFold> all) {
    this.all = List.copyOf(all);
    Map<Shared, List<Integer>> linear = new LinkedHashMap<>();
    for (int t = 0; t < all.size(); t++) {
      if (all.get(t) instanceof FoldPredictions fitted) {
        Shared shared = new Shared(fitted.basis(), fitted.folds());
        linear.computeIfAbsent(shared, none -> new ArrayList<>()).add(t);
      } else {
        alone.add(t);
      }
    }
    linear.forEach((shared, places) -> groups.add(group(shared, places)));
  }

  private Group group(Shared shared, List<Integer> members) {
    int[] places = members.stream().mapToInt(Integer::intValue).toArray();
    List<FoldPredictions> fitted = members.stream().map(t -> (FoldPredictions) all.get(t)).toList();
    int width = shared.basis().width();
    int folds = places.length > FEW ? shared.folds().count() : 0;
    double[][] coefficients = new double[folds][width * places.length];
    for (int m = 0; m < places.length; m++) {
      for (int k = 0; k < folds; k++) {
        for (int j = 0; j < width; j++) {
          coefficients[k][j * places.length + m] = fitted.get(m).coefficients()[k][j];
        }
      }
    }
    return new Group(shared, places, fitted, coefficients);
  }

  /**
   * Writes the predictions of the batch's rows.
   *
   * @param into for each target an array that its rows are written to
   * @param at the place of the batch's first row there
   */
  public void predict(Batch batch, double[][] into, int at) {
    for (Group group : groups) {
      double[][] own =
          Arrays.stream(group.places()).mapToObj(t -> into[t]).toArray(double[][]::new);
      if (own.length > FEW) {
        predict(batch, group, own, at);
      } else {
        FoldPredictions.predict(batch, group.members(), own, at);
      }
    }
    for (int t : alone) {
      double[] predicted = new double[batch.rows()];
      all.get(t).predict(batch, predicted);
      System.arraycopy(predicted, 0, into[t], at, predicted.length);
    }
  }

  private static void predict(Batch batch, Group group, double[][] into, int at) {
    Basis basis = group.shared().basis();
    FoldRows rows = new FoldRows(group.shared().folds());
    Basis.Block block = Basis.Block.of(basis.width());
    double[] columns = new double[basis.width() * Basis.Block.ROWS];
    CrossGram values = new CrossGram(Basis.Block.ROWS, into.length);
    rows.group(batch);
    for (int k = 0; k < rows.folds(); k++) {
      int end = rows.start(k + 1);
      for (int from = rows.start(k); from < end; from += Basis.Block.ROWS) {
        int to = Math.min(end, from + Basis.Block.ROWS);
        basis.fill(batch, rows.rows(), from, to, block);
        ResampledFits.transpose(block, to - from, basis.width(), columns);
        values.clear();
        values.add(columns, group.coefficients()[k], basis.width());
        for (int m = 0; m < into.length; m++) {
          boolean chance = group.members().get(m).isChance();
          for (int r = from; r < to; r++) {
            double value = values.get(r - from, m);
            into[m][at + rows.rows()[r]] = chance ? FoldPredictions.chance(value) : value;
          }
        }
      }
    }
  }
}
