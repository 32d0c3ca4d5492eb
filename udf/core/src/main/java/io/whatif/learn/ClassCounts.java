/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.ErrorCode;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;

/** How many rows of each class each fold has that are fitted. One scan. */
record ClassCounts(ClassTarget target, Folds folds) implements Pass<ClassCounts.Sum, long[][]> {

  /** Refuses folds whose other rows lack a class. Folds are counted from 1 in messages. */
  static void check(Run run, Dataset data, ClassTarget target, Folds folds) {
    long[][] counts = data.scan(run, new ClassCounts(target, folds));
    for (int c = 0; c < target.classes(); c++) {
      long all = 0;
      for (long[] fold : counts) {
        all += fold[c];
      }
      for (int k = 0; k < counts.length; k++) {
        if (all == counts[k][c]) {
          throw missing(data.schema().column(target.column()), c, k, folds.count());
        }
      }
    }
  }

  private static WhatifException missing(Column column, int code, int fold, int folds) {
    String name =
        column instanceof Column.Categorical texts ? texts.categories().get(code) : "" + code;
    return new WhatifException(
        ErrorCode.BAD_RELATION,
        ("column '%s' has no rows of '%s' outside fold %d of %d, so its probability cannot be "
                + "fitted there. Use fewer folds, or more rows of '%s'.")
            .formatted(column.name(), name, fold + 1, folds, name));
  }

  /** Counts by fold and class. */
  static final class Sum implements Mergeable<Sum> {
    private final long[][] counts;

    Sum(int folds, int classes) {
      counts = new long[folds][classes];
    }

    @Override
    public Sum merge(Sum other) {
      for (int k = 0; k < counts.length; k++) {
        for (int c = 0; c < counts[k].length; c++) {
          counts[k][c] += other.counts[k][c];
        }
      }
      return this;
    }
  }

  @Override
  public Sum zero() {
    return new Sum(folds.count(), target.classes());
  }

  @Override
  public void accumulate(Batch batch, Sum sum) {
    double[] codes = batch.column(target.column());
    double[] weight = new Weights(target.weight()).of(batch);
    for (int r = 0; r < batch.rows(); r++) {
      if (weight == null || weight[r] > 0) {
        sum.counts[folds.of(batch.firstRow() + r)][(int) codes[r]]++;
      }
    }
  }

  @Override
  public long[][] finish(Sum total) {
    return total.counts;
  }
}
