/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.learn.Folds;

/** Which binary treatments lack an arm among the rows outside some fold. One scan. */
final class ArmsByFold {
  private ArmsByFold() {}

  /** For each treatment whether no model can tell its arms apart without some fold. */
  static boolean[] lacking(Run run, EffectGrid.Question question, Folds folds) {
    long[][][] counts = question.base().data().scan(run, new Count(question, folds));
    boolean[] lacking = new boolean[question.treatments().size()];
    for (int t = 0; t < lacking.length; t++) {
      for (int k = 0; k < folds.count(); k++) {
        long[] outside = new long[2];
        for (int j = 0; j < folds.count(); j++) {
          outside[0] += j == k ? 0 : counts[j][t][0];
          outside[1] += j == k ? 0 : counts[j][t][1];
        }
        boolean binary = question.treatments().get(t).treatment().binary();
        lacking[t] |= binary && (outside[0] == 0 || outside[1] == 0);
      }
    }
    return lacking;
  }

  /** Rows by fold, treatment and arm. */
  private static final class Sum implements Mergeable<Sum> {
    final long[][][] counts;

    Sum(int folds, int treatments) {
      counts = new long[folds][treatments][2];
    }

    @Override
    public Sum merge(Sum other) {
      for (int k = 0; k < counts.length; k++) {
        for (int t = 0; t < counts[k].length; t++) {
          counts[k][t][0] += other.counts[k][t][0];
          counts[k][t][1] += other.counts[k][t][1];
        }
      }
      return this;
    }
  }

  private record Count(EffectGrid.Question question, Folds folds) implements Pass<Sum, long[][][]> {
    @Override
    public Sum zero() {
      return new Sum(folds.count(), question.treatments().size());
    }

    @Override
    public void accumulate(Batch batch, Sum sum) {
      int[] fold = new int[batch.rows()];
      for (int i = 0; i < fold.length; i++) {
        boolean counts = question.base().weight((int) batch.firstRow() + i) > 0;
        fold[i] = counts ? folds.of(batch.firstRow() + i) : -1;
      }
      for (int t = 0; t < question.treatments().size(); t++) {
        double[] values = batch.column(question.treatments().get(t).column());
        for (int i = 0; i < fold.length; i++) {
          if (fold[i] >= 0) {
            sum.counts[fold[i]][t][values[i] == 1 ? 1 : 0]++;
          }
        }
      }
    }

    @Override
    public long[][][] finish(Sum total) {
      return total.counts;
    }
  }
}
