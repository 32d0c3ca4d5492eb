/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.jr.ob.JSON;
import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * scikit-learn 1.6.1's Ridge(alpha=1) and LogisticRegression(C=1), iterated to convergence, on
 * notebook.csv with five contiguous folds. Both sides solve the same convex problem in float64, so
 * only conditioning separates them: 1e-8 relative.
 */
class GoldenNuisanceTest {
  private static final double TOLERANCE = 1e-8;

  @Test
  void ridgeGivesScikitLearnsOutcomePredictions() throws IOException {
    Dataset data = Datasets.csv("data/notebook.csv");
    Fitted fitted =
        Fitted.value("ridge(alpha=1)", data, "y", Fitted.blocks(1000, 5), "engagement", "age");
    double[] expected = linear(data, "y");
    for (int i = 0; i < expected.length; i++) {
      assertThat(fitted.predictions[i])
          .isCloseTo(expected[i], within(TOLERANCE * Math.abs(expected[i])));
    }
  }

  @Test
  void logisticGivesScikitLearnsPropensities() throws IOException {
    Dataset data = Datasets.csv("data/notebook.csv");
    Fitted fitted =
        Fitted.chance("logistic(c=1)", data, "t", Fitted.blocks(1000, 5), "engagement", "age");
    assertThat(fitted.model.converged()).isTrue();
    double[] expected = linear(data, "t");
    for (int i = 0; i < expected.length; i++) {
      double propensity = 1 / (1 + Math.exp(-expected[i]));
      assertThat(fitted.predictions[i]).isCloseTo(propensity, within(TOLERANCE * propensity));
    }
  }

  @Test
  void coefficientsAgreeToo() throws IOException {
    Dataset data = Datasets.csv("data/notebook.csv");
    FoldPredictions fitted =
        (FoldPredictions)
            Fitted.chance("logistic(c=1)", data, "t", Fitted.blocks(1000, 5), "engagement", "age")
                .model;
    for (int k = 0; k < 5; k++) {
      double[] expected = golden(k, "t");
      for (int j = 0; j < 3; j++) {
        // the smallest is 2e-5 and a sum of terms 1e4 times as large cancels in its gradient
        assertThat(fitted.coefficients()[k][j])
            .isCloseTo(expected[j], within(TOLERANCE * Math.abs(expected[j]) + 1e-14));
      }
    }
  }

  private static double[] linear(Dataset data, String target) throws IOException {
    double[] engagement = Datasets.values(data, "engagement");
    double[] age = Datasets.values(data, "age");
    double[] sum = new double[1000];
    for (int k = 0; k < 5; k++) {
      double[] b = golden(k, target);
      for (int i = 200 * k; i < 200 * (k + 1); i++) {
        sum[i] = b[0] + b[1] * engagement[i] + b[2] * age[i];
      }
    }
    return sum;
  }

  /** Intercept, engagement, age; the file has age first. */
  private static double[] golden(int fold, String target) throws IOException {
    Map<String, Object> all =
        JSON.std.mapFrom(
            Files.readString(Datasets.shared("reference/golden/econml_doubleml_statsmodels.json")));
    Map<?, ?> tight = (Map<?, ?>) in(all, "lineardml_notebook_tight");
    Map<?, ?> nuisances = (Map<?, ?>) ((List<?>) in(tight, "nuisances_by_fold")).get(fold);
    List<?> coefficients = (List<?>) in(requireNonNull(nuisances), target + "_coef");
    double intercept = ((Number) in(nuisances, target + "_intercept")).doubleValue();
    double age = ((Number) requireNonNull(coefficients.get(0))).doubleValue();
    double engagement = ((Number) requireNonNull(coefficients.get(1))).doubleValue();
    return new double[] {intercept, engagement, age};
  }

  private static Object in(Map<?, ?> map, String key) {
    return requireNonNull(map.get(key), key);
  }
}
