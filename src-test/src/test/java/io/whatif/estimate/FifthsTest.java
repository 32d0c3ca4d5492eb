/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.Datasets;
import io.whatif.data.Profile;
import io.whatif.inference.Estimate;
import io.whatif.learn.Covariates;
import io.whatif.learn.Folds;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The fifths are those of a sort within each fold. */
class FifthsTest {
  private static final int FOLDS = 5;

  private static Study study(int rows) {
    long[] keys = new long[rows];
    Arrays.setAll(keys, i -> Mix.mix(7, i));
    var data = new Datasets().column("y", new double[rows]).column("d", new double[rows]).build();
    return new Study(
        data,
        Profile.of(Datasets.run(1), data),
        new Treatment("d", Treatment.Kind.BINARY, List.of("0", "1")),
        "y",
        List.of(),
        new Covariates(List.of()),
        new Study.Units(keys, null, null, 0, null, 0),
        null,
        0,
        Study.Shared.NOTHING);
  }

  private static Scores scores(double[] tau, Study study) {
    double[] score = new double[tau.length];
    Arrays.setAll(score, i -> Double.isNaN(tau[i]) ? Double.NaN : Mix.normal(3, i) + tau[i]);
    double[] none = new double[tau.length];
    return new Scores(new double[][] {none, none, tau, score, new double[0]}, study);
  }

  private static Estimate expected(Scores scores, Folds folds, Study study, boolean top) {
    double[] tau = scores.tau.toArray();
    double[] score = scores.score.toArray();
    List<Double> kept = new ArrayList<>();
    for (int fold = 0; fold < FOLDS; fold++) {
      List<Integer> rows = new ArrayList<>();
      for (int i = 0; i < scores.size(); i++) {
        if (folds.of((long) i) == fold && !Double.isNaN(tau[i])) {
          rows.add(i);
        }
      }
      rows.sort(
          Comparator.<Integer>comparingDouble(i -> tau[i])
              .thenComparingLong(i -> Mix.mix(5, study.units().keys()[i])));
      int fifth = rows.size() / 5;
      List<Integer> end =
          top ? rows.subList(rows.size() - fifth, rows.size()) : rows.subList(0, fifth);
      end.forEach(i -> kept.add(score[i]));
    }
    if (kept.size() < 2) {
      return Estimate.UNDEFINED;
    }
    double mean = kept.stream().mapToDouble(v -> v).average().orElseThrow();
    double squares = kept.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    double n = kept.size();
    return new Estimate(mean, Math.sqrt(squares / n / (n - 1)));
  }

  static Stream<Arguments> effects() {
    IntToDoubleFunction normal = i -> Mix.normal(1, i);
    IntToDoubleFunction heavy = i -> Math.pow(Mix.normal(1, i), 9);
    IntToDoubleFunction two = i -> Mix.bucket(1, i, 2);
    IntToDoubleFunction alike = i -> 1;
    IntToDoubleFunction rising = i -> i;
    IntToDoubleFunction some = i -> Mix.uniform(2, i) < .3 ? Double.NaN : Mix.normal(1, i);
    // every row of a sample of one in so many is smaller than any other: the sample misleads
    IntToDoubleFunction misleading = i -> i % 10 == 0 ? -Mix.uniform(4, i) : Mix.uniform(4, i);
    return Stream.of(normal, heavy, two, alike, rising, some, misleading)
        .flatMap(effect -> Stream.of(0, 3, 40, 9_000, 200_000).map(n -> Arguments.of(n, effect)));
  }

  @ParameterizedTest
  @MethodSource("effects")
  void meansAndErrorsAreThoseOfASort(int rows, IntToDoubleFunction effect) {
    double[] tau = new double[rows];
    Arrays.setAll(tau, effect);
    Study study = study(rows);
    int[] fold = new int[rows];
    Arrays.setAll(fold, i -> Mix.bucket(9, i, FOLDS));
    Folds folds = Folds.given(fold, FOLDS);
    Scores scores = scores(tau, study);
    Fifths found = Fifths.of(Datasets.run(2), scores, folds, study);
    assertClose(found.top(), expected(scores, folds, study, true));
    assertClose(found.bottom(), expected(scores, folds, study, false));
  }

  /** Sums in another order. */
  private static void assertClose(Estimate found, Estimate expected) {
    if (Double.isNaN(expected.value())) {
      assertThat(found.value()).isNaN();
      return;
    }
    double size = Math.abs(expected.value()) + expected.standardError();
    assertThat(found.value()).isCloseTo(expected.value(), within(1e-12 * size));
    assertThat(found.standardError())
        .isCloseTo(expected.standardError(), within(1e-12 * expected.standardError()));
  }

  @Test
  void theBitsAreThoseOfAnyNumberOfThreads() {
    int rows = 200_000;
    double[] tau = new double[rows];
    Arrays.setAll(tau, i -> Mix.bucket(1, i, 1_000));
    Study study = study(rows);
    Folds folds = Folds.byKey(Datasets.run(1), study.units().keys(), null, FOLDS, 42);
    Scores scores = scores(tau, study);
    Fifths one = Fifths.of(Datasets.run(1), scores, folds, study);
    assertThat(Fifths.of(Datasets.run(4), scores, folds, study)).isEqualTo(one);
  }
}
