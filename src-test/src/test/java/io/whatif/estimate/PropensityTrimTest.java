/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.function.Relations;
import io.whatif.learn.Covariate;
import io.whatif.learn.Covariates;
import io.whatif.learn.Folds;
import io.whatif.learn.Learners;
import io.whatif.learn.OutOfFold;
import io.whatif.learn.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Trimming, rescaling and weights as the paper defines them, and Crump's cut-off. */
class PropensityTrimTest {
  private static final Percentage PPM = Percentage.withPercentage(1e-4);

  /** The paper's weighted residual regression: sum w D~ Y~ / sum w D~^2 and its HC0 error. */
  private static double[] ciDml(double[] y, double[] m, double[] d, PropensityTrim trim) {
    double above = 0;
    double below = 0;
    PropensityTrim.Weights weights = trim.weights();
    for (int i = 0; i < y.length; i++) {
      double v = d[i] - weights.scaled()[i];
      above += weights.weight()[i] * v * (y[i] - m[i]);
      below += weights.weight()[i] * v * v;
    }
    double beta = above / below;
    double meat = 0;
    for (int i = 0; i < y.length; i++) {
      double v = d[i] - weights.scaled()[i];
      double r = y[i] - m[i] - beta * v;
      meat += Math.pow(weights.weight()[i] * v * r, 2);
    }
    return new double[] {beta, Math.sqrt(meat) / below};
  }

  @Test
  void weightsReproduceTheRecomputedCiDmlOnNsw() {
    // methods.md: CI-DML (a=.001, trim, rescale on kept), folds (row - 1) mod 5, ols and logit
    Relations nsw = Relations.read(Relations.shared("data/nsw.txt"), "\t");
    Datasets columns = new Datasets();
    List<String> names =
        List.of(
            "age", "educ", "black", "hisp", "married", "nodegree", "re74", "re75", "u74", "u75");
    List<Covariate> covariates = new ArrayList<>();
    for (String name : names) {
      covariates.add(Covariate.numeric(covariates.size(), name, 0, false));
      columns.column(name, nsw.column(name));
    }
    Dataset data = columns.column("y", nsw.column("re78")).column("d", nsw.column("t")).build();
    int[] fold = new int[nsw.rows()];
    Arrays.setAll(fold, i -> i % 5);
    Folds folds = Folds.given(fold, 5);
    double[] m = predict(data, "ols", new Target(10, Target.Kind.VALUE), covariates, folds);
    double[] e = predict(data, "logit", new Target(11, Target.Kind.PROBABILITY), covariates, folds);
    double[] y = nsw.column("re78");
    double[] d = nsw.column("t");

    double[] ate = ciDml(y, m, d, new PropensityTrim(e, d, rule(false)));
    assertThat(ate[0]).isCloseTo(1.64785617, PPM);
    assertThat(ate[1]).isCloseTo(.75261485, PPM);
    double[] att = ciDml(y, m, d, new PropensityTrim(e, d, rule(true)));
    assertThat(att[0]).isCloseTo(1.74615229, PPM);
    assertThat(att[1]).isCloseTo(.72126228, PPM);
  }

  private static PropensityTrim.Rule rule(boolean onTreated) {
    return new PropensityTrim.Rule(.001, "", false, true, onTreated);
  }

  private static double[] predict(
      Dataset data, String learner, Target target, List<Covariate> covariates, Folds folds) {
    OutOfFold fitted =
        Learners.parse("learner", learner, target.kind())
            .fitOutOfFold(Datasets.run(1), data, new Covariates(covariates), List.of(target), folds)
            .get(0);
    return Datasets.collect(data, fitted::predict);
  }

  @Test
  void crumpKeepsAllWhenOverlapIsGood() {
    assertThat(PropensityTrim.crump(new double[] {.3, .4, .5, .6, .7})).isZero();
  }

  @Test
  void crumpCutsAtTheLargestVarianceThatIsAtMostTwiceTheMeanBelowIt() {
    // v = 1/(e(1-e)): 4 x 8 times, then 1/(.01*.99) = 101.0101; the mean with it is 14.78, twice
    // that is 29.6 < 101, so gamma = 4 and the cut-off is 1/2 - sqrt(1/4 - 1/4) = 1/2; with one
    // more of v = 1/(.2*.8) = 6.25 <= 2 * 4.25, gamma = 6.25 and the cut-off is .2
    double[] e = {.5, .5, .5, .5, .5, .5, .5, .5, .2, .01};
    assertThat(PropensityTrim.crump(e)).isCloseTo(.2, within(1e-12));
  }

  @Test
  void rowsOutsideSupportHaveNoWeightAndTheOthersSumToTheirArm() {
    double[] e = {.0005, .3, .6, .9995, .4, .7};
    double[] d = {0, 0, 1, 1, 1, 0};
    PropensityTrim trim = new PropensityTrim(e, d, rule(false));
    assertThat(trim.inSupport).containsExactly(false, true, true, false, true, true);
    assertThat(trim.weights().weight()[0]).isZero();
    assertThat(trim.weights().normalized()[1] + trim.weights().normalized()[5])
        .isCloseTo(2, within(1e-12));
    assertThat(trim.weights().normalized()[2] + trim.weights().normalized()[4])
        .isCloseTo(2, within(1e-12));
    // kept mean of e and of d are both .5: rescaling changes nothing
    assertThat(trim.weights().scaled()[2]).isCloseTo(.6, within(1e-12));
    assertThat(trim.weights().weight()[2]).isCloseTo(1 / .6, within(1e-12));
    assertThat(trim.weights().weight()[1]).isCloseTo(1 / .7, within(1e-12));
    assertThat(trim.estimand).isEqualTo("ATE among kept rows");
    assertThat(trim.weights().treated().kept()).isEqualTo(2);
  }

  @Test
  void commonSupportKeepsToTheRangeThatBothArmsHave() {
    double[] e = {.1, .3, .5, .2, .4, .8};
    double[] d = {0, 0, 0, 1, 1, 1};
    PropensityTrim trim =
        new PropensityTrim(e, d, new PropensityTrim.Rule(.001, "", true, false, false));
    assertThat(trim.lower).isEqualTo(.2);
    assertThat(trim.upper).isEqualTo(.5);
    assertThat(trim.inSupport).containsExactly(false, true, true, true, true, false);
  }

  @Test
  void automaticAlphaFallsWithTheNumberOfRows() {
    double[] e = new double[445];
    double[] d = new double[445];
    Arrays.setAll(e, i -> .5);
    Arrays.setAll(d, i -> i % 2);
    PropensityTrim trim =
        new PropensityTrim(e, d, new PropensityTrim.Rule(null, "auto", true, true, false));
    assertThat(trim.alpha).isCloseTo(5 / (Math.sqrt(445) * Math.log(445)), within(1e-12));
  }

  @Test
  void crumpNeverKeepsAPropensityOutsideTheUnitInterval() {
    double[] e = {-.3, .2, .4, .5, .6, .8, 1.2};
    double[] d = {0, 0, 1, 0, 1, 1, 1};
    PropensityTrim trim =
        new PropensityTrim(e, d, new PropensityTrim.Rule(null, "crump", false, true, false));
    // 1/(.2 .8) = 6.25 is within twice the mean of the finite ones, so .2 is where to cut
    assertThat(trim.alpha).isCloseTo(.2, within(1e-12));
    assertThat(trim.inSupport[0]).isFalse();
    assertThat(trim.inSupport[6]).isFalse();
    assertThat(trim.inSupport[3]).isTrue();
  }
}
