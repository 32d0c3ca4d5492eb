/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Folds to choose a penalty by: for each outer fold, models fitted without it and without one inner
 * fold are judged on that inner fold. With four outer folds or more the inner folds are the other
 * outer ones; with fewer, each outer fold is cut in {@code parts} by the hash of its rows' keys.
 */
record InnerFolds(Folds folds, int parts) {
  private static final int MAX_JUDGES = 5;

  static InnerFolds of(Folds outer, long rows) {
    int parts = outer.count() >= 4 ? 1 : 6 / outer.count();
    if (parts == 1) {
      return new InnerFolds(outer, 1);
    }
    int[] fold = new int[Math.toIntExact(rows)];
    java.util.Arrays.setAll(fold, i -> outer.of(i) * parts + Mix.bucket(0, outer.key(i), parts));
    return new InnerFolds(Folds.given(fold, outer.count() * parts), parts);
  }

  /** Rows to fit on: all but outer fold {@code outer} and inner fold {@code inner}. */
  record Split(int outer, int inner, int parts) {
    /** Whether outer and inner fold are the other way round. */
    boolean mirrors(Split other) {
      return outer == other.inner && inner == other.outer;
    }

    boolean fits(int fold) {
      return fold != inner && fold / parts != outer;
    }

    /** The sum of the Grams of the folds to fit on, in fold order. */
    Gram training(Gram[] grams) {
      Gram sum = new Gram(grams[0].width());
      for (int k = 0; k < grams.length; k++) {
        if (fits(k)) {
          sum.add(grams[k]);
        }
      }
      return sum;
    }
  }

  /** The sum of the Grams of all inner folds outside an outer fold, in fold order. */
  Gram without(Gram[] grams, int outer) {
    return new Split(outer, -1, parts).training(grams);
  }

  /** Which models to fit and to judge: for each outer fold, at most {@value #MAX_JUDGES}. */
  List<Split> splits() {
    List<Split> splits = new ArrayList<>();
    int fine = folds.count();
    for (int outer = 0; outer < fine / parts; outer++) {
      int judges = Math.min(MAX_JUDGES, fine - parts);
      for (int s = 0; s < judges; s++) {
        splits.add(new Split(outer, ((outer + 1) * parts + s) % fine, parts));
      }
    }
    return splits;
  }

  /**
   * For each of {@link #splits} the number of the one that is fitted on the same rows, as its outer
   * and inner fold are the other way round; -1 if there is none.
   */
  int[] mirrors() {
    List<Split> splits = splits();
    int[] mirrors = new int[splits.size()];
    Arrays.fill(mirrors, -1);
    for (int i = 0; i < mirrors.length && parts == 1; i++) {
      for (int j = 0; j < mirrors.length && mirrors[i] < 0; j++) {
        if (splits.get(j).mirrors(splits.get(i))) {
          mirrors[i] = j;
        }
      }
    }
    return mirrors;
  }

  /** Numbers of splits of which no two are fitted on the same rows: of mirrors the first. */
  int[] distinct() {
    int[] mirrors = mirrors();
    return java.util.stream.IntStream.range(0, mirrors.length)
        .filter(s -> mirrors[s] < 0 || mirrors[s] > s)
        .toArray();
  }

  /** Writes what {@code fit} gives for each split; of mirrors it is asked once. */
  void fitEach(Run run, Function<Split, double[]> fit, double[][] into) {
    List<Split> splits = splits();
    int[] distinct = distinct();
    int[] mirrors = mirrors();
    Parallel.forEach(
        run,
        distinct.length,
        piece -> {
          int s = distinct[piece];
          into[s] = fit.apply(splits.get(s));
          if (mirrors[s] >= 0) {
            into[mirrors[s]] = into[s];
          }
        });
  }
}
