/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.learn.Covariates;
import io.whatif.learn.Folds;
import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The residual regression: ways of summing that must not differ by a bit. */
class FinalStageTest {
  private static final int ROWS = 6_000;
  private static final int FOLDS = 5;

  /** With the intercept seven terms: one group of four, and three alone. */
  private static final int FEATURES = 6;

  private static final FitOptions OPTIONS =
      new FitOptions(
          "linear",
          "logistic",
          FOLDS,
          42,
          1,
          "HC1",
          .95,
          false,
          FitOptions.Scale.PLAIN,
          Settings.NONE);

  private final Run run = Datasets.run(2);

  /** Rows of which some lack a feature. */
  private Study study(Study.@Nullable Weighting weighting) {
    Datasets columns = new Datasets();
    for (int c = 0; c < FEATURES + 2; c++) {
      double[] values = new double[ROWS];
      for (int i = 0; i < ROWS; i++) {
        double normal = Mix.normal(c, i);
        values[i] = c == Study.TREATMENT ? (normal > 0 ? 1 : 0) : normal;
        if (c == 4 && i % 7 == 0) {
          values[i] = Double.NaN;
        }
      }
      columns.column("c" + c, values);
    }
    Dataset data = columns.build();
    return new Study(
        data,
        Profile.of(run, data),
        new Treatment("c1", Treatment.Kind.BINARY, List.of("0", "1")),
        "c0",
        IntStream.range(2, FEATURES + 2).boxed().toList(),
        new Covariates(List.of()),
        new Study.Units(keys(), null, null, 0, null, 0),
        weighting,
        0,
        Study.Shared.NOTHING);
  }

  private static long[] keys() {
    long[] keys = new long[ROWS];
    Arrays.setAll(keys, i -> Mix.mix(7, i));
    return keys;
  }

  private CrossFit nuisances() {
    double[] propensity = new double[ROWS];
    Arrays.setAll(propensity, i -> .3 + .4 * Mix.uniform(3, i));
    Folds folds = Folds.byKey(run, keys(), null, FOLDS, 42);
    return new CrossFit(new double[ROWS], propensity, folds, new CrossFit.Fitted("none", true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonrobust", "HC0", "HC1"})
  void rowsOfWeightOneCountAsRowsWithoutWeights(String kind) {
    double[] ones = new double[ROWS];
    Arrays.fill(ones, 1);
    Study plain = study(null);
    Study weighted = study(new Study.Weighting(ones, ones, new double[ROWS], ones, 4));
    CrossFit nuisances = nuisances();
    EffectBasis basis = new EffectBasis(plain, OPTIONS);
    FinalStage stage = FinalStage.of(run, plain, nuisances, basis);
    FinalStage same = FinalStage.of(run, weighted, nuisances, basis);
    assertThat(same.beta).isEqualTo(stage.beta);
    assertThat(same.covariance(run, weighted, nuisances, kind).matrix())
        .isEqualTo(stage.covariance(run, plain, nuisances, kind).matrix());
  }

  @Test
  void effectsWithoutTheirFoldsAreThoseOfEachRow() {
    Study study = study(null);
    EffectBasis basis = new EffectBasis(study, OPTIONS);
    FinalStage stage = FinalStage.of(run, study, nuisances(), basis);
    double[][] phi = new double[basis.width()][];
    Arrays.setAll(
        phi, t -> IntStream.range(0, 100).mapToDouble(i -> Mix.normal(50 + t, i)).toArray());
    int[] fold = new int[100];
    Arrays.setAll(fold, i -> i * i % FOLDS);
    double[] effects = stage.effectsWithoutFold(phi, fold);
    for (int i = 0; i < fold.length; i++) {
      assertThat(effects[i]).isEqualTo(FinalStage.effect(phi, i, stage.withoutFold[fold[i]]));
    }
  }
}
