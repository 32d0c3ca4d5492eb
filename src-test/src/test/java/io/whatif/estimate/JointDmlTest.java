/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.learn.Covariate;
import io.whatif.learn.Covariates;
import io.whatif.math.Mix;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A regression of one treatment is {@link LinearDml}. */
class JointDmlTest {
  private static Study study(int n, boolean feature, boolean weighted) {
    double[] x = new double[n];
    double[] d = new double[n];
    double[] y = new double[n];
    double[] square = new double[n];
    double[] weight = new double[n];
    double[] ones = new double[n];
    long[] keys = new long[n];
    for (int i = 0; i < n; i++) {
      keys[i] = Mix.mix(5, i);
      x[i] = Mix.normal(1, i);
      d[i] = .5 * x[i] + Mix.normal(2, i);
      y[i] = (1 + .5 * x[i]) * d[i] + x[i] + Mix.normal(3, i);
      square[i] = d[i] * d[i];
      weight[i] = 1 + i % 3;
      ones[i] = 1;
    }
    Dataset data =
        new Datasets()
            .column("y", y)
            .column("d", d)
            .column("x", x)
            .column("", square)
            .column(" ", weight)
            .build();
    return new Study(
        data,
        Profile.of(Datasets.run(1), data),
        new Treatment("d", Treatment.Kind.CONTINUOUS, List.of()),
        "y",
        feature ? List.of(2) : List.of(),
        new Covariates(List.of(Covariate.numeric(2, "x", 0, false))),
        new Study.Units(keys, null, null, 0, null, 0),
        weighted ? new Study.Weighting(weight, ones, new double[n], weight, 4) : null,
        0,
        Study.Shared.NOTHING);
  }

  @ParameterizedTest
  @CsvSource({
    "true,false,HC0",
    "true,false,HC3",
    "false,false,HC3",
    "true,true,HC1",
    "false,true,HC0",
    "true,false,nonrobust"
  })
  void ofOneTreatmentItIsLinearDml(boolean feature, boolean weighted, String cov) {
    Run run = Datasets.run(1);
    Study study = study(700, feature, weighted);
    FitOptions options =
        new FitOptions(
            "spline", "spline", 5, 42, 3, cov, .95, false, FitOptions.Scale.PLAIN, Settings.NONE);
    double[][] values = {study.column(run, Study.TREATMENT)};
    JointDml.Question question = new JointDml.Question(study, List.of(study.treatment()), values);
    Fit joint = JointDml.of(run, question, options).fits().get(0);
    Fit alone = new LinearDml().fit(run, study, options);
    assertThat(joint.effects()).hasSameSizeAs(alone.effects());
    for (int r = 0; r < alone.effects().size(); r++) {
      Effect own = joint.effects().get(r);
      Effect wanted = alone.effects().get(r);
      assertThat(own.term()).isEqualTo(wanted.term());
      assertThat(own.estimate().value()).isCloseTo(wanted.estimate().value(), within(1e-10));
      if (wanted.kind() != Effect.Kind.TEST) {
        assertThat(own.estimate().standardError())
            .isCloseTo(wanted.estimate().standardError(), within(1e-10));
      }
    }
    for (String figure :
        List.of("outcome_r2", "treatment_r2", "robustness_value", "misfit_shift")) {
      assertThat((Double) joint.figures().get(figure))
          .isCloseTo((Double) alone.figures().get(figure), within(1e-8));
    }
  }
}
