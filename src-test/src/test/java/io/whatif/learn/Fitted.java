/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import java.util.ArrayList;
import java.util.List;

/** One learner's out-of-fold predictions of one column, for tests. */
final class Fitted {
  final OutOfFold model;
  final double[] predictions;

  private Fitted(OutOfFold model, double[] predictions) {
    this.model = model;
    this.predictions = predictions;
  }

  static Fitted value(String learner, Dataset data, String target, Folds folds, String... names) {
    return of(2, learner, data, target, Target.Kind.VALUE, folds, names);
  }

  static Fitted chance(String learner, Dataset data, String target, Folds folds, String... names) {
    return of(2, learner, data, target, Target.Kind.PROBABILITY, folds, names);
  }

  static Fitted of(
      int threads,
      String learner,
      Dataset data,
      String target,
      Target.Kind kind,
      Folds folds,
      String... names) {
    Target column = new Target(data.schema().indexOf(target), kind);
    OutOfFold model =
        Learners.parse("learner", learner, kind)
            .fitOutOfFold(Datasets.run(threads), data, numeric(data, names), List.of(column), folds)
            .get(0);
    return new Fitted(model, Datasets.collect(data, model::predict));
  }

  /** Numbers without NULL. */
  static Covariates numeric(Dataset data, String... names) {
    List<Covariate> columns = new ArrayList<>();
    for (String name : names) {
      columns.add(Covariate.numeric(data.schema().indexOf(name), name, 0, false));
    }
    return new Covariates(columns);
  }

  /** Contiguous blocks of rows, as equal as can be. */
  static Folds blocks(int rows, int count) {
    int[] fold = new int[rows];
    int start = 0;
    for (int k = 0; k < count; k++) {
      int size = rows / count + (k < rows % count ? 1 : 0);
      java.util.Arrays.fill(fold, start, start + size, k);
      start += size;
    }
    return Folds.given(fold, count);
  }

  /** Row number mod count. */
  static Folds alternating(int rows, int count) {
    int[] fold = new int[rows];
    java.util.Arrays.setAll(fold, i -> i % count);
    return Folds.given(fold, count);
  }
}
