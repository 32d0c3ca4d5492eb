/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.data.Profile;
import io.whatif.math.Gram;
import io.whatif.math.Mix;
import io.whatif.math.NormalEquations;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a Newton step leaves of a gradient, and how well groups of a sample tell it. */
class LogisticRemainderTest {
  private static final int WIDTH = 3;
  private static final double[] EVEN = {1, 1, 1};

  /** Equations whose solution is half of the right side. */
  private static NormalEquations halving() {
    Gram two = new Gram(WIDTH);
    for (int j = 0; j < WIDTH; j++) {
      two.set(j, j, 2);
    }
    return NormalEquations.of(two, WIDTH, new double[WIDTH]);
  }

  @Test
  void theStepTakesTheSumOfTheGroupsAway() {
    LogisticRemainder left =
        new LogisticRemainder(new double[][] {{1, 2, 0}, {3, 2, 0}, {2, 2, -6}}, EVEN);
    LogisticRemainder.Step step = left.step(halving(), new double[] {10, 10, 10});
    assertThat(step.step()).containsExactly(new double[] {-30, -30, 30}, within(1e-12));
    // steps of the third coefficient are 0, 0 and 30: variance 300, of the sum of three 900
    assertThat(step.error()).isCloseTo(30, within(1e-12));
  }

  @Test
  void oneGroupTellsNothingOfItsError() {
    LogisticRemainder left = new LogisticRemainder(new double[][] {{1, 2, 3}}, EVEN);
    LogisticRemainder.Step step = left.step(halving(), new double[] {2, 2, 2});
    assertThat(step.step()).containsExactly(new double[] {-1, -2, -3}, within(1e-12));
    assertThat(step.error()).isInfinite();
  }

  @Test
  void noGroupsTellNothing() {
    LogisticRemainder left = new LogisticRemainder(new double[0][], new double[WIDTH]);
    LogisticRemainder.Step step = left.step(halving(), EVEN);
    assertThat(step.step()).containsExactly(0, 0, 0);
    assertThat(step.error()).isInfinite();
  }

  /** As of a column whose rare rows are not among the sample's. */
  @Test
  void aSampleThatHasTooLittleOfAColumnKnowsThatItDoes() {
    double[][] groups = {{1, 2, 0}, {3, 2, 0}};
    LogisticRemainder left = new LogisticRemainder(groups, new double[] {1, 1, 0.4});
    assertThat(left.step(halving(), EVEN).error()).isInfinite();
    assertThat(left.step(halving(), new double[] {10, 10, 7}).error()).isFinite();
    assertThat(left.step(halving(), new double[] {10, 10, 1}).error()).isInfinite();
  }

  @Test
  void columnsThatGoFartherThanTheSampleDoesAreSeen() {
    double[] x = new double[10_000];
    double[] rare = new double[x.length];
    double[] none = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = Mix.normal(1, i);
      none[i] = Double.NaN;
    }
    rare[777] = 1;
    Dataset all = new Datasets().column("x", x).column("rare", rare).column("none", none).build();
    Profile profile = Profile.of(Datasets.run(1), all);
    Dataset some =
        new Datasets()
            .column("x", java.util.Arrays.copyOf(x, 500))
            .column("rare", java.util.Arrays.copyOf(rare, 500))
            .column("none", java.util.Arrays.copyOf(none, 500))
            .build();
    assertThat(LogisticRemainder.reaches(Datasets.run(1), some, profile, List.of(0, 2))).isTrue();
    assertThat(LogisticRemainder.reaches(Datasets.run(1), some, profile, List.of(0, 1))).isFalse();
  }

  /** Over many samples the error told is that of their steps about the mean, within a fifth. */
  @Test
  void theErrorIsThatOfSamples() {
    int samples = 400;
    double[] sum = new double[WIDTH];
    double[] squares = new double[WIDTH];
    double told = 0;
    for (int s = 0; s < samples; s++) {
      double[][] groups = new double[LogisticSample.GROUPS][WIDTH];
      for (int g = 0; g < groups.length; g++) {
        for (int j = 0; j < WIDTH; j++) { // the last coefficient's error is the largest by far
          groups[g][j] = 1 + (j == 2 ? 1 : 0.01) * Mix.normal(s * 100L + g, j);
        }
      }
      LogisticRemainder.Step step = new LogisticRemainder(groups, EVEN).step(halving(), EVEN);
      told += step.error() * step.error() / samples;
      for (int j = 0; j < WIDTH; j++) {
        sum[j] += step.step()[j];
        squares[j] += step.step()[j] * step.step()[j];
      }
    }
    double variance = squares[2] / samples - Math.pow(sum[2] / samples, 2);
    assertThat(told / variance).isBetween(0.8, 1.25);
  }
}
