/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class IsotonicTest {
  private static Isotonic fit(double[] x, double[] y, double[] w) {
    Isotonic.Pools pools = new Isotonic.Pools(x.length);
    for (int i = 0; i < x.length; i++) {
      pools.add(x[i], y[i], w[i]);
    }
    return pools.regression();
  }

  private static double[] ones(int rows) {
    double[] ones = new double[rows];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** scikit-learn 1.6.1, IsotonicRegression(out_of_bounds='clip'); sums of ten numbers. */
  @Test
  void scikitLearnsDigitsComeOut() {
    double[] x = {.1, .2, .2, .35, .4, .5, .55, .7, .7, .9};
    double[] y = {0, 1, 0, 0, 1, 0, 1, 1, 0, 1};
    double[] w = {1, 2, 1, 1, 3, 1, 1, 2, 1, 1};
    Isotonic found = fit(x, y, w);
    double[] at = {0, .1, .15, .2, .3, .45, .6, .8, 1};
    double[] expected = {0, 0, .25, .5, .5, .75, .75, .875, 1};
    for (int i = 0; i < at.length; i++) {
      assertThat(found.of(at[i])).isCloseTo(expected[i], within(1e-12));
    }
  }

  /** What comes before does not draw in the first rows of an x alone. */
  @Test
  void equalPointsAreOneInWhateverOrderTheyCome() {
    double[] x = {1, 2, 2, 2, 2, 3, 3};
    double[][] orders = {
      {.5, 0, 1, 1, 1, 1, .9}, {.5, 1, 1, 1, 0, .9, 1}, {.5, 1, 0, 1, 1, .9, 1},
    };
    for (double[] y : orders) {
      Isotonic found = fit(x, y, ones(x.length));
      assertThat(found.of(1)).isEqualTo(.5);
      assertThat(found.of(2)).isCloseTo(.75, within(1e-15));
      assertThat(found.of(3)).isCloseTo(.95, within(1e-15));
    }
  }

  /** Values that rise already are kept; of those that fall nothing is left but the mean. */
  @Test
  void risingValuesStayAndFallingOnesBecomeTheirMean() {
    double[] x = {1, 2, 3};
    Isotonic rising = fit(x, new double[] {1, 2, 5}, ones(3));
    assertThat(rising.of(2)).isEqualTo(2);
    assertThat(rising.of(2.5)).isEqualTo(3.5);
    Isotonic falling = fit(x, new double[] {5, 2, 2}, ones(3));
    assertThat(falling.of(-1)).isEqualTo(3);
    assertThat(falling.of(2.7)).isEqualTo(3);
  }

  /** No other nondecreasing function of the same points is nearer. */
  @Test
  void theSumOfSquaresIsTheSmallest() {
    int n = 60;
    double[] x = new double[n];
    double[] y = new double[n];
    double[] w = new double[n];
    Arrays.setAll(x, i -> i);
    Arrays.setAll(y, i -> 0.02 * i + Mix.normal(1, i));
    Arrays.setAll(w, i -> Mix.uniform(2, i));
    Isotonic found = fit(x, y, w);
    double best = loss(x, y, w, found);
    double before = Double.NEGATIVE_INFINITY;
    for (double value : x) {
      assertThat(found.of(value)).isGreaterThanOrEqualTo(before);
      before = found.of(value);
    }
    for (int trial = 0; trial < 200; trial++) {
      double[] other = new double[n];
      for (int i = 0; i < n; i++) {
        other[i] = found.of(x[i]) + 0.1 * Mix.normal(3, 1000L * trial + i);
      }
      Arrays.sort(other);
      assertThat(loss(x, y, w, new Isotonic(x, other))).isGreaterThan(best);
    }
  }

  private static double loss(double[] x, double[] y, double[] w, Isotonic f) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += w[i] * (y[i] - f.of(x[i])) * (y[i] - f.of(x[i]));
    }
    return sum;
  }

  @Test
  void nothingGivesNothing() {
    assertThat(fit(new double[0], new double[0], new double[0]).of(1)).isNaN();
    assertThat(fit(new double[] {1}, new double[] {2}, ones(1)).of(7)).isEqualTo(2);
    assertThat(fit(new double[] {1}, new double[] {2}, ones(1)).of(Double.NaN)).isNaN();
  }

  @Test
  void unsortedRowsAreRefused() {
    assertThatThrownBy(() -> fit(new double[] {2, 1}, new double[2], ones(2)))
        .hasMessage("rows are not sorted");
  }
}
