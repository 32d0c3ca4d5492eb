/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import java.util.List;

/**
 * The rows of a dataset as trees take them.
 *
 * @param inputs of each row, one row after the other
 * @param targets one array for each target
 * @param weights of each row
 */
record TreeRows(int width, float[] inputs, double[][] targets, double[] weights) {
  private static final int MOST = Integer.MAX_VALUE - 16;

  /** Bytes that {@link #of} takes. */
  static long bytes(long rows, int width, int targets) {
    return rows * (4L * width + 8L * (targets + 1));
  }

  /** Copies the rows. One scan. */
  static TreeRows of(Run run, Dataset data, TreeInputs inputs, List<Target> targets) {
    long cells = data.rows() * inputs.width();
    if (cells > MOST) {
      throw new WhatifException(
          ErrorCode.OUT_OF_MEMORY,
          ("trees take at most 2^31 values, and %d rows with %d covariate columns are more. "
                  + "Use spline, or fewer rows or controls.")
              .formatted(data.rows(), inputs.width()));
    }
    int rows = Math.toIntExact(data.rows());
    TreeRows all =
        new TreeRows(
            inputs.width(),
            new float[(int) cells],
            new double[targets.size()][rows],
            new double[rows]);
    Weights weights = Weights.of(targets);
    data.forEachBatch(run, batch -> all.copy(batch, inputs, targets, weights));
    return all;
  }

  /** Writes the rows of a batch to their places. */
  private void copy(Batch batch, TreeInputs from, List<Target> columns, Weights weighting) {
    int first = (int) batch.firstRow();
    from.fill(batch, inputs, first * width);
    for (int t = 0; t < targets.length; t++) {
      System.arraycopy(batch.column(columns.get(t).column()), 0, targets[t], first, batch.rows());
    }
    double[] weight = weighting.of(batch);
    for (int r = 0; r < batch.rows(); r++) {
      weights[first + r] = weight == null ? 1 : weight[r];
    }
  }

  int rows() {
    return weights.length;
  }
}
