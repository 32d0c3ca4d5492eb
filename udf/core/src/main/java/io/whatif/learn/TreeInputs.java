/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.List;

/**
 * What trees look at: a number as itself, rounded to a float, NULL left as it is; a category as one
 * 0/1 column for each level but the first, NULL as the last level where it has one.
 */
final class TreeInputs {
  /** XGBoost takes nothing that is infinite when it is doubled. */
  private static final double MOST = 1e38;

  private final List<Covariate> covariates;
  private final int width;

  TreeInputs(Covariates covariates) {
    this.covariates = covariates.columns();
    this.width = this.covariates.stream().mapToInt(TreeInputs::width).sum();
  }

  private static int width(Covariate covariate) {
    return covariate.levels() == 0 ? 1 : covariate.width();
  }

  /** Inputs of a row. */
  int width() {
    return width;
  }

  /** The inputs as functions of the covariates. */
  List<Term> terms() {
    List<Term> terms = new ArrayList<>();
    for (int c = 0; c < covariates.size(); c++) {
      Covariate covariate = covariates.get(c);
      String name = covariate.name();
      if (covariate.levels() == 0) {
        terms.add(new Term.Value(c, name, 0, 1));
      }
      for (int level = 1; level < covariate.levels(); level++) {
        terms.add(new Term.Level(c, level, name + "=" + level, true));
      }
      if (covariate.levels() > 0 && covariate.indicator()) {
        terms.add(new Term.Missing(c, name + "=(missing)"));
      }
    }
    return terms;
  }

  /** Writes the inputs of all rows of a batch, row by row, from {@code at} on. */
  void fill(Batch batch, float[] into, int at) {
    int input = at;
    for (Covariate covariate : covariates) {
      double[] values = batch.column(covariate.column());
      int wide = width(covariate);
      for (int r = 0; r < batch.rows(); r++) {
        int place = input + r * width;
        double value = values[r];
        if (covariate.levels() == 0) {
          into[place] = (float) Math.min(MOST, Math.max(-MOST, value));
          continue;
        }
        int level = Double.isNaN(value) ? covariate.levels() : (int) value;
        for (int j = 0; j < wide; j++) {
          into[place + j] = level == j + 1 ? 1 : 0;
        }
      }
      input += wide;
    }
  }
}
