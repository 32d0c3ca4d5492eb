/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.model.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows with the effect a model predicts for them.
 *
 * @param kinds what the features are
 * @param features one array for each feature, texts as places of categories
 * @param tau the effect, NaN where there is none
 * @param used the rows that have an effect, and no category that was not there at the fit
 */
record ScoredRows(List<Feature> kinds, double[][] features, double[] tau, int[] used) {
  ScoredRows(List<Feature> kinds, double[][] features, double[] tau) {
    this(kinds, features, tau, used(kinds, features, tau));
  }

  private static int[] used(List<Feature> kinds, double[][] features, double[] tau) {
    int[] categorical =
        IntStream.range(0, features.length).filter(f -> kinds.get(f).isCategorical()).toArray();
    return IntStream.range(0, tau.length)
        .filter(i -> !Double.isNaN(tau[i]))
        .filter(
            i ->
                IntStream.of(categorical)
                    .noneMatch(f -> features[f][i] >= kinds.get(f).categories().size()))
        .toArray();
  }

  /** For each feature whether it is NULL in some row. */
  boolean[] nulls() {
    boolean[] nulls = new boolean[features.length];
    for (int f = 0; f < nulls.length; f++) {
      for (int i = 0; i < tau.length && !nulls[f]; i++) {
        nulls[f] = Double.isNaN(features[f][i]);
      }
    }
    return nulls;
  }

  /** What tells the rows that are not used: a value of a feature that no used row has. */
  EffectTree.Outside outside() {
    boolean[] use = new boolean[tau.length];
    for (int row : used) {
      use[row] = true;
    }
    List<Integer> nulls = new ArrayList<>();
    List<Integer> unseen = new ArrayList<>();
    for (int f = 0; f < features.length; f++) {
      int known = kinds.get(f).categories().size();
      boolean usedNull = false;
      boolean otherNull = false;
      boolean otherUnseen = false;
      for (int i = 0; i < tau.length; i++) {
        boolean missing = Double.isNaN(features[f][i]);
        usedNull |= missing && use[i];
        otherNull |= missing && !use[i];
        otherUnseen |= known > 0 && features[f][i] >= known;
      }
      if (otherNull && !usedNull) {
        nulls.add(f);
      }
      if (otherUnseen) {
        unseen.add(f);
      }
    }
    return new EffectTree.Outside(nulls, unseen);
  }
}
