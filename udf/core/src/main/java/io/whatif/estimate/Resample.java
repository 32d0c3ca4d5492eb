/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ArrayTiles;
import io.whatif.data.Batch;
import io.whatif.data.ErrorCode;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.data.StoredDataset;
import io.whatif.data.WhatifException;
import io.whatif.inference.BootstrapWeights;
import io.whatif.learn.Folds;
import io.whatif.math.Mix;
import org.jspecify.annotations.Nullable;

/**
 * A study whose rows stand as often as a bootstrap resample says, copies side by side, each in the
 * fold of its row. What stands for NULLs, such as medians, stays.
 *
 * <p>Memory: the study's columns once more, 8 bytes a value.
 */
final class Resample {
  private Resample() {}

  static Study of(Run run, Study study, Folds folds, BootstrapWeights weights, int draw) {
    int n = Math.toIntExact(study.rows());
    int[] start = new int[n + 1];
    for (int i = 0; i < n; i++) {
      start[i + 1] = start[i] + weights.of(draw, i);
    }
    int rows = start[n];
    if (rows < 2) {
      throw new WhatifException(ErrorCode.BAD_RELATION, "a resample of fewer than two rows");
    }
    int columns = study.data().schema().size();
    run.memory().take(8L * columns * rows, "the rows of a resample");
    ArrayTiles tiles = new ArrayTiles(columns);
    tiles.reserve(rows);
    study.data().forEachBatch(run, batch -> copy(batch, start, columns, tiles));
    StoredDataset data = new StoredDataset(study.data().schema(), tiles, rows);
    return new Study(
            data,
            Profile.of(run, data),
            study.treatment(),
            study.outcome(),
            study.features(),
            study.covariates().ofOtherRows(),
            units(study.units(), folds, start, draw),
            weighting(study.weighting(), start),
            study.dropped(),
            study.shared())
        .checkedFeatures();
  }

  private static void copy(Batch batch, int[] start, int columns, ArrayTiles tiles) {
    int first = (int) batch.firstRow();
    int from = start[first];
    int count = start[first + batch.rows()] - from;
    double[] copied = new double[count];
    for (int c = 0; c < columns; c++) {
      double[] values = batch.column(c);
      for (int i = 0; i < batch.rows(); i++) {
        for (int k = start[first + i]; k < start[first + i + 1]; k++) {
          copied[k - from] = values[i];
        }
      }
      tiles.write(c, from, copied, count);
    }
  }

  private static Study.Units units(Study.Units units, Folds folds, int[] start, int draw) {
    int rows = start[start.length - 1];
    long[] keys = new long[rows];
    int[] drawnFolds = new int[rows];
    int[] clusters = units.clusters();
    int[] drawnClusters = clusters == null ? null : new int[rows];
    for (int i = 0; i + 1 < start.length; i++) {
      for (int k = start[i]; k < start[i + 1]; k++) {
        keys[k] = units.keys()[i];
        drawnFolds[k] = folds.of(i);
        if (clusters != null && drawnClusters != null) {
          drawnClusters[k] = clusters[i];
        }
      }
    }
    return new Study.Units(
        keys, drawnClusters, drawnFolds, folds.count(), null, Mix.mix(units.rows(), draw));
  }

  private static Study.@Nullable Weighting weighting(
      Study.@Nullable Weighting weighting, int[] start) {
    return weighting == null
        ? null
        : new Study.Weighting(
            drawn(weighting.weights(), start),
            drawn(weighting.counts(), start),
            drawn(weighting.variances(), start),
            drawn(weighting.products(), start),
            weighting.column());
  }

  private static double[] drawn(double[] values, int[] start) {
    double[] drawn = new double[start[start.length - 1]];
    for (int i = 0; i + 1 < start.length; i++) {
      java.util.Arrays.fill(drawn, start[i], start[i + 1], values[i]);
    }
    return drawn;
  }
}
