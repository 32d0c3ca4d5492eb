/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.data.Profile;
import io.whatif.math.Mix;
import io.whatif.model.Predictor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fits to many rows, which stop sooner than those to few. */
class ManyRowsTest {
  private static final String[] X = {"x0", "x1", "x2"};

  /**
   * A further Newton step from where a logistic regression ends would move no coefficient by more
   * than 1e-8, which is what such fits promise; the covariates are independent, so that the
   * diagonal of the Hessian tells the step.
   */
  @Test
  void aLogisticRegressionEndsWhereItsScoreIsNought() {
    checkEnd(120_000);
  }

  /** The start of so many is polished on every other batch. */
  @Test
  void soDoesThatOfMillions() {
    checkEnd(2_000_003);
  }

  private static void checkEnd(int rows) {
    double[][] x = new double[X.length][rows];
    double[] d = new double[rows];
    Datasets data = new Datasets();
    for (int j = 0; j < X.length; j++) {
      long stream = j;
      Arrays.setAll(x[j], i -> Mix.normal(stream, i));
      data.column(X[j], x[j]);
    }
    for (int i = 0; i < rows; i++) {
      double f = 0.5 * x[0][i] - 0.4 * x[1][i] + 0.3 * x[2][i];
      d[i] = Mix.uniform(9, i) < 1 / (1 + Math.exp(-f)) ? 1 : 0;
    }
    Dataset all = data.column("d", d).build();
    Folds folds = Fitted.alternating(rows, 5);
    Fitted fitted = Fitted.chance("logit", all, "d", folds, X);
    Profile profile = Profile.of(Datasets.run(2), all);
    OutOfFold profiled =
        Learners.parse("learner", "logit", Target.Kind.PROBABILITY)
            .fitOutOfFold(
                Datasets.run(2),
                all,
                new Covariates(Fitted.numeric(all, X).columns(), profile),
                List.of(new Target(all.schema().indexOf("d"), Target.Kind.PROBABILITY)),
                folds)
            .get(0);
    for (int k = 0; k < folds.count(); k++) {
      assertThat(largestStep(fitted.model.predictor(k), x, d, k)).isLessThan(1e-8);
      assertThat(largestStep(profiled.predictor(k), x, d, k)).isLessThan(1e-8);
    }
  }

  private static double largestStep(Predictor without, double[][] x, double[] d, int fold) {
    int rows = d.length;
    double[] chance = new double[rows];
    without.predict(x, rows, chance);
    double largest = 0;
    for (int j = 0; j <= x.length; j++) {
      double score = 0;
      double curvature = 0;
      for (int i = 0; i < rows; i++) {
        double z = j == 0 ? 1 : x[j - 1][i];
        if (i % 5 != fold) {
          score += (d[i] - chance[i]) * z;
          curvature += chance[i] * (1 - chance[i]) * z * z;
        }
      }
      largest = Math.max(largest, Math.abs(score / curvature));
    }
    return largest;
  }
}
