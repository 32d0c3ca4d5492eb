/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.math.CrossGram;
import java.util.ArrayList;
import java.util.List;

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

  /**
   * Targets that are linear in one basis, with the same folds.
   *
   * @param coefficients of each fold, column by column, those of the targets side by side
   */
  private record Group(int[] places, List<FoldPredictions> members, double[][] coefficients) {
    Basis basis() {
      return members.get(0).basis();
    }

    Folds folds() {
      return members.get(0).folds();
    }
  }

  public JointPredictions(List<? extends OutOfFold> all) {
    this.all = List.copyOf(all);
    List<List<Integer>> linear = new ArrayList<>();
    for (int t = 0; t < all.size(); t++) {
      if (all.get(t) instanceof FoldPredictions fitted) {
        likeOf(fitted, linear).add(t);
      } else {
        alone.add(t);
      }
    }
    linear.forEach(places -> groups.add(group(places)));
  }

  /** Those of the targets so far that are predicted together with one; a new list if none are. */
  private List<Integer> likeOf(FoldPredictions fitted, List<List<Integer>> linear) {
    for (List<Integer> places : linear) {
      FoldPredictions other = fitted(places.get(0));
      if (other.folds().equals(fitted.folds()) && other.basis().equals(fitted.basis())) {
        return places;
      }
    }
    List<Integer> own = new ArrayList<>();
    linear.add(own);
    return own;
  }

  private FoldPredictions fitted(int target) {
    return (FoldPredictions) all.get(target);
  }

  private Group group(List<Integer> targets) {
    int[] places = targets.stream().mapToInt(Integer::intValue).toArray();
    List<FoldPredictions> fitted = targets.stream().map(this::fitted).toList();
    int width = fitted.get(0).basis().width();
    int folds = places.length > FEW ? fitted.get(0).folds().count() : 0;
    double[][] coefficients = new double[folds][width * places.length];
    for (int m = 0; m < places.length; m++) {
      for (int k = 0; k < folds; k++) {
        for (int j = 0; j < width; j++) {
          coefficients[k][j * places.length + m] = fitted.get(m).coefficients()[k][j];
        }
      }
    }
    return new Group(places, fitted, coefficients);
  }

  /**
   * Writes the predictions of the batch's rows.
   *
   * @param into for each target an array that its rows are written to
   * @param at the place of the batch's first row there
   */
  public void predict(Batch batch, double[][] into, int at) {
    for (Group group : groups) {
      double[][] own = new double[group.places().length][];
      for (int m = 0; m < own.length; m++) {
        own[m] = into[group.places()[m]];
      }
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
    Basis basis = group.basis();
    FoldRows rows = new FoldRows(group.folds());
    Basis.Block block = Basis.Block.of(basis.width());
    double[] columns = new double[basis.width() * Basis.Block.ROWS];
    CrossGram values = new CrossGram(Basis.Block.ROWS, into.length);
    rows.group(batch);
    rows.forEachBlock(
        (from, to, fold) -> {
          basis.fill(batch, rows.rows(), from, to, block);
          ResampledFits.transpose(block, to - from, basis.width(), columns);
          values.clear();
          values.add(columns, group.coefficients()[fold], basis.width());
          for (int m = 0; m < into.length; m++) {
            boolean chance = group.members().get(m).isChance();
            for (int r = from; r < to; r++) {
              double value = values.get(r - from, m);
              into[m][at + rows.rows()[r]] = chance ? FoldPredictions.chance(value) : value;
            }
          }
        });
  }
}
