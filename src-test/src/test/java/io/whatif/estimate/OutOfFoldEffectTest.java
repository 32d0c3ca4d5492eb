/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.learn.Covariate;
import io.whatif.learn.Covariates;
import io.whatif.learn.Folds;
import io.whatif.math.Mix;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a row's out-of-fold effect is made of. Were its own outcome among it, rankings by the effect
 * would find effects that vary where they do not, and losses would favour the method.
 */
class OutOfFoldEffectTest {
  private static final int ROWS = 400;

  /** Outcomes of the fold 0 are moved by {@code noise} times a normal. */
  private static Study study(int[] fold, boolean all, double noise) {
    double[][] x = new double[2][ROWS];
    double[] d = new double[ROWS];
    double[] y = new double[ROWS];
    long[] keys = new long[ROWS];
    for (int i = 0; i < ROWS; i++) {
      keys[i] = Mix.mix(5, i);
      x[0][i] = Mix.normal(1, i);
      x[1][i] = Mix.normal(2, i);
      d[i] = Mix.uniform(3, i) < .5 ? 1 : 0;
      y[i] = d[i] + x[0][i] + Mix.normal(4, i) + (fold[i] == 0 ? noise * Mix.normal(6, i) : 0);
    }
    Dataset data =
        new Datasets().column("y", y).column("d", d).column("x0", x[0]).column("x1", x[1]).build();
    return new Study(
        data,
        Profile.of(Datasets.run(1), data),
        new Treatment("d", Treatment.Kind.BINARY, List.of("0", "1")),
        "y",
        all ? List.of(2, 3) : List.of(2),
        new Covariates(
            List.of(Covariate.numeric(2, "x0", 0, false), Covariate.numeric(3, "x1", 0, false))),
        new Study.Units(keys, null, null, 0, null, 0),
        null,
        0,
        Study.Shared.NOTHING);
  }

  /** With all covariates as features, and with one that the effect is projected on. */
  @ParameterizedTest
  @CsvSource({
    "t, true",
    "t, false",
    "s, true",
    "s, false",
    "x, true",
    "x, false",
  })
  void outcomesOfAFoldDoNotMoveItsOwnEffects(String method, boolean all) {
    for (String learner : List.of("ridge(alpha=1)", "gbt(trees=20)")) {
      FitOptions options =
          new FitOptions(
              learner,
              "logistic(c=1)",
              5,
              42,
              1,
              "HC1",
              .95,
              false,
              FitOptions.Scale.PLAIN,
              new Settings(Map.of()));
      Run run = Datasets.run(2);
      Folds folds = CrossFit.folds(run, study(new int[ROWS], all, 0), options, 42);
      int[] fold = new int[ROWS];
      for (int i = 0; i < ROWS; i++) {
        fold[i] = folds.of(i);
      }
      Estimator estimator = Estimators.named(method);
      double[] plain = estimator.fit(run, study(fold, all, 0), options).outOfFold().toArray();
      double[] moved = estimator.fit(run, study(fold, all, 3), options).outOfFold().toArray();
      double own = 0;
      double others = 0;
      for (int i = 0; i < ROWS; i++) {
        double away = Math.abs(plain[i] - moved[i]);
        own = fold[i] == 0 ? Math.max(own, away) : own;
        others = fold[i] == 0 ? others : Math.max(others, away);
      }
      // sums are centred by the means of all rows, so the last digits differ; trees compare floats
      assertThat(own).isLessThan(learner.startsWith("gbt") ? 1e-4 : 1e-12);
      assertThat(others).isGreaterThan(.05);
    }
  }
}
