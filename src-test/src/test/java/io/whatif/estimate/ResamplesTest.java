/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.inference.BootstrapWeights;
import io.whatif.learn.Covariate;
import io.whatif.learn.Covariates;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Estimates of resamples from sums are those of fits to the rows of the resamples. */
class ResamplesTest {
  private static final int DRAWS = 12;

  private static Study study(int n, boolean binary, boolean feature) {
    double[][] x = new double[3][n];
    double[] d = new double[n];
    double[] y = new double[n];
    long[] keys = new long[n];
    for (int i = 0; i < n; i++) {
      keys[i] = Mix.mix(5, i);
      for (int c = 0; c < 3; c++) {
        x[c][i] = Mix.normal(c, i) * (c + 1) + 10 * c;
      }
      double index = .5 * x[0][i] - .1 * (x[1][i] - 10);
      d[i] =
          binary
              ? (Mix.uniform(7, i) < 1 / (1 + Math.exp(-index)) ? 1 : 0)
              : index + Mix.normal(8, i);
      y[i] = (1 + .5 * x[0][i]) * d[i] + x[0][i] + .2 * x[2][i] + Mix.normal(9, i);
    }
    Dataset data =
        new Datasets()
            .column("y", y)
            .column("d", d)
            .column("x0", x[0])
            .column("x1", x[1])
            .column("x2", x[2])
            .column("", Arrays.stream(d).map(v -> v * v).toArray())
            .build();
    Profile profile = Profile.of(Datasets.run(1), data);
    List<Covariate> covariates = new ArrayList<>();
    for (int c = 0; c < 3; c++) {
      covariates.add(Covariate.numeric(2 + c, "x" + c, 0, false));
    }
    return new Study(
        data,
        profile,
        new Treatment(
            "d",
            binary ? Treatment.Kind.BINARY : Treatment.Kind.CONTINUOUS,
            binary ? List.of("0", "1") : List.of()),
        "y",
        feature ? List.of(2) : List.of(),
        new Covariates(covariates, profile),
        new Study.Units(keys, null, null, 0, null, 0),
        null,
        0,
        Study.Shared.NOTHING);
  }

  private static FitOptions options(String outcome, String treatment) {
    return new FitOptions(
        outcome, treatment, 5, 42, 1, "HC0", .95, false, FitOptions.Scale.PLAIN, Settings.NONE);
  }

  /** The estimates of draw {@code b} by a fit to its rows. */
  private static double[] refit(Study study, FitOptions options, BootstrapWeights weights, int b) {
    Run run = Datasets.run(1);
    Study drawn =
        Resample.of(run, study, CrossFit.folds(run, study, options, options.seed()), weights, b);
    return new LinearDml()
        .effects(run, drawn, options).stream()
            .filter(e -> e.kind() != Effect.Kind.TEST)
            .mapToDouble(e -> e.estimate().value())
            .toArray();
  }

  /**
   * Least squares is refitted exactly: what is left is rounding. A logistic refit ends within 1e-3
   * of its optimum on standardized columns, which moves estimates by far less than their errors of
   * .03 to .1; the sample itself is fitted the same way.
   */
  @ParameterizedTest
  @CsvSource({
    "ols, ols, true, false, 1e-9",
    "ridge(alpha=3), ridge(alpha=7), true, true, 1e-9",
    "linear, ols, false, false, 1e-9",
    "ols, linear, false, true, 1e-9",
    "linear, linear, true, false, 1e-3",
    "ridge(alpha=1), logit, true, true, 1e-3",
    "ols, logistic(c=1), true, false, 1e-3"
  })
  void sumsGiveTheEstimatesOfRefits(
      String outcome, String treatment, boolean binary, boolean feature, double tolerance) {
    Study study = study(700, binary, feature);
    FitOptions options = options(outcome, treatment);
    BootstrapWeights weights = new BootstrapWeights(study.units().keys(), 3);
    double[][] draws =
        LinearResamples.estimates(
            Datasets.run(2), study, options, weights, new LinearResamples.Asked(DRAWS, true));
    for (int b = 0; b <= DRAWS; b++) {
      double[] expected = refit(study, options, weights, b);
      assertThat(draws).hasNumberOfRows(expected.length);
      for (int row = 0; row < expected.length; row++) {
        assertThat(draws[row][b])
            .as("draw %d row %d", b, row)
            .isCloseTo(expected[row], within(tolerance));
      }
    }
    double[] whole =
        new LinearDml()
            .fit(Datasets.run(1), study, options).effects().stream()
                .mapToDouble(e -> e.estimate().value())
                .toArray();
    assertThat(new LinearDml().effects(Datasets.run(1), study, options))
        .isEqualTo(new LinearDml().fit(Datasets.run(1), study, options).effects());
    for (int row = 0; row < draws.length; row++) {
      assertThat(draws[row][0]).isCloseTo(whole[row], within(tolerance));
    }
  }

  /** Without averages least squares needs no second scan, and gives the same. */
  @Test
  void oneNumberFollowsFromTheSumsAlone() {
    Study study = study(700, true, false);
    FitOptions options = options("ols", "ridge(alpha=2)");
    BootstrapWeights weights = new BootstrapWeights(study.units().keys(), 3);
    Run run = Datasets.run(1);
    double[][] one =
        LinearResamples.estimates(
            run, study, options, weights, new LinearResamples.Asked(DRAWS, false));
    double[][] all =
        LinearResamples.estimates(
            run, study, options, weights, new LinearResamples.Asked(DRAWS, true));
    assertThat(one).hasNumberOfRows(1);
    for (int b = 0; b <= DRAWS; b++) {
      assertThat(one[0][b]).isCloseTo(all[0][b], within(1e-11));
    }
  }

  /** Above a thousand rows a column the sample's Hessian stands for the resamples'. */
  @Test
  void manyRowsAreRefittedWithTheSamplesHessian() {
    Study study = study(5000, true, false);
    FitOptions options = options("ols", "logit");
    BootstrapWeights weights = new BootstrapWeights(study.units().keys(), 3);
    double[][] draws =
        LinearResamples.estimates(
            Datasets.run(2), study, options, weights, new LinearResamples.Asked(4, true));
    for (int b = 0; b <= 4; b++) {
      double[] expected = refit(study, options, weights, b);
      for (int row = 0; row < expected.length; row++) {
        // the errors are .03; the second decimal of a draw's distance from the sample is kept
        assertThat(draws[row][b]).isCloseTo(expected[row], within(3e-4));
      }
    }
  }

  @Test
  void drawsDoNotDependOnThreads() {
    Study study = study(9000, true, true);
    FitOptions options = options("linear", "linear");
    BootstrapWeights weights = new BootstrapWeights(study.units().keys(), 3);
    double[][] one =
        LinearResamples.estimates(
            Datasets.run(1), study, options, weights, new LinearResamples.Asked(5, true));
    double[][] seven =
        LinearResamples.estimates(
            Datasets.run(7), study, options, weights, new LinearResamples.Asked(5, true));
    assertThat(one).isDeepEqualTo(seven);
  }
}
