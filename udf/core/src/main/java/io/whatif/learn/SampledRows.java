/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import java.util.Set;
import java.util.TreeSet;

/** The rows a penalty is chosen on: all, or {@value #MOST} of them. */
record SampledRows(Dataset data, Folds folds) {
  private static final int MOST = 50_000;

  static SampledRows of(Run run, Dataset data, Basis basis, Target target, Folds folds) {
    RowSample drawn = RowSample.of(data.rows(), MOST);
    if (drawn.isAll()) {
      return new SampledRows(data, folds);
    }
    Set<Integer> columns = new TreeSet<>(basis.columns());
    columns.add(target.column());
    if (target.weight() != Target.UNWEIGHTED) {
      columns.add(target.weight());
    }
    return new SampledRows(SampleTiles.sample(run, data, columns, drawn), folds.at(drawn));
  }

  long rows() {
    return data.rows();
  }

  InnerFolds inner() {
    return InnerFolds.of(folds, rows());
  }
}
