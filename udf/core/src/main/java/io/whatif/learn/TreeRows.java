/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.ErrorCode;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
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
    data.scan(run, new Copy(inputs, targets, Weights.of(targets), all));
    return all;
  }

  /** Nothing to sum: rows go to places of their own. */
  private static final class Nothing implements Mergeable<Nothing> {
    @Override
    public Nothing merge(Nothing other) {
      return this;
    }
  }

  private record Copy(TreeInputs inputs, List<Target> targets, Weights weights, TreeRows into)
      implements Pass<Nothing, Boolean> {
    @Override
    public Nothing zero() {
      return new Nothing();
    }

    @Override
    public void accumulate(Batch batch, Nothing sum) {
      int first = (int) batch.firstRow();
      inputs.fill(batch, into.inputs(), first * inputs.width());
      for (int t = 0; t < targets.size(); t++) {
        double[] values = batch.column(targets.get(t).column());
        System.arraycopy(values, 0, into.targets()[t], first, batch.rows());
      }
      double[] weight = weights.of(batch);
      for (int r = 0; r < batch.rows(); r++) {
        into.weights()[first + r] = weight == null ? 1 : weight[r];
      }
    }

    @Override
    public Boolean finish(Nothing total) {
      return true;
    }
  }

  int rows() {
    return weights.length;
  }
}
