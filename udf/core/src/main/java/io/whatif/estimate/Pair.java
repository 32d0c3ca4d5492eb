/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Dataset;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.learn.Covariates;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one arm and of the control as a study of their own, with a treatment of two values.
 * Memory: 8 bytes a value of those rows.
 */
final class Pair {
  private final Study all;
  private final int arm;
  private final int[] rows;

  /** The rows of the arm with this code, and of the control. */
  Pair(Run run, Study study, int arm) {
    this.all = study;
    this.arm = arm;
    double[] treatment = study.column(run, Study.TREATMENT);
    int[] kept = new int[treatment.length];
    int count = 0;
    for (int i = 0; i < treatment.length; i++) {
      if (treatment[i] == 0 || treatment[i] == arm) {
        kept[count++] = i;
      }
    }
    this.rows = Arrays.copyOf(kept, count);
  }

  /** The study of the arm with this code. */
  static Study of(Run run, Study study, int arm) {
    return new Pair(run, study, arm).study(run);
  }

  /** How many rows there are. */
  int rows() {
    return rows.length;
  }

  /** Their places among all rows. */
  int[] places() {
    return rows;
  }

  /** Numbers of these rows in the places of all rows, NaN in the others. */
  double[] spread(double[] own) {
    double[] spread = new double[Math.toIntExact(all.rows())];
    Arrays.fill(spread, Double.NaN);
    for (int i = 0; i < rows.length; i++) {
      spread[rows[i]] = own[i];
    }
    return spread;
  }

  /**
   * The study of these rows.
   *
   * @throws io.whatif.data.WhatifException if a feature is NULL in all of them
   */
  Study study(Run run) {
    Study study = all;
    int columns = study.data().schema().size();
    run.memory().take(8L * columns * rows.length, "the rows of an arm");
    double[][] values = new double[columns][];
    for (int c = 0; c < columns; c++) {
      values[c] = kept(study.column(run, c));
    }
    for (int i = 0; i < rows.length; i++) {
      values[Study.TREATMENT][i] = values[Study.TREATMENT][i] == 0 ? 0 : 1;
    }
    Dataset data = Dataset.of(study.data().schema(), values);
    Treatment several = study.treatment();
    Treatment two =
        new Treatment(
            several.column(),
            Treatment.Kind.BINARY,
            List.of(several.control(), several.arms().get(arm)));
    return checked(
        new Study(
            data,
            Profile.of(run, data),
            two,
            study.outcome(),
            study.features(),
            new Covariates(study.covariates().columns()),
            units(),
            weighting(),
            study.dropped(),
            study.shared()));
  }

  private static Study checked(Study pair) {
    NullFeatures nowhere = pair.nullFeatures();
    if (!nowhere.none()) {
      String arm = pair.treatment().arms().get(1);
      throw nowhere.refusal(
          " of arm '%s' and the control '%s'".formatted(arm, pair.treatment().control()),
          "These two arms are fitted apart: leave %s out, or the rows of arm '%s'."
              .formatted(nowhere.quoted(), arm));
    }
    return pair;
  }

  /** What these rows have of a number of all rows. */
  double[] kept(double[] values) {
    double[] kept = new double[rows.length];
    Arrays.setAll(kept, i -> values[rows[i]]);
    return kept;
  }

  private int @Nullable [] kept(int @Nullable [] values) {
    if (values == null) {
      return null;
    }
    int[] kept = new int[rows.length];
    Arrays.setAll(kept, i -> values[rows[i]]);
    return kept;
  }

  private Study.Units units() {
    Study.Units units = all.units();
    long[] keys = new long[rows.length];
    Arrays.setAll(keys, i -> units.keys()[rows[i]]);
    int[] clusters = kept(units.clusters());
    int number = -1;
    int last = -1;
    for (int i = 0; clusters != null && i < clusters.length; i++) {
      number += clusters[i] == last ? 0 : 1;
      last = clusters[i];
      clusters[i] = number;
    }
    return new Study.Units(
        keys,
        clusters,
        kept(units.folds()),
        units.foldCount(),
        kept(units.positions()),
        units.rows());
  }

  private Study.@Nullable Weighting weighting() {
    Study.Weighting weighting = all.weighting();
    return weighting == null
        ? null
        : new Study.Weighting(
            kept(weighting.weights()),
            kept(weighting.counts()),
            kept(weighting.variances()),
            kept(weighting.products()),
            weighting.column());
  }
}
