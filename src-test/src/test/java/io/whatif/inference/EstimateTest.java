/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Normal inference, medians over repetitions, and Holm's adjustment, by hand. */
class EstimateTest {

  @Test
  void intervalAndPValueAreNormal() {
    Estimate e = new Estimate(2, 1);
    assertThat(e.lower(.95)).isCloseTo(2 - 1.959963984540054, within(1e-12));
    assertThat(e.upper(.95)).isCloseTo(2 + 1.959963984540054, within(1e-12));
    assertThat(e.pValue()).isCloseTo(0.04550026389635842, within(1e-14));
  }

  @Test
  void undefinedStaysUndefined() {
    assertThat(new Estimate(1, 0).z()).isNaN();
    assertThat(Estimate.UNDEFINED.pValue()).isNaN();
  }

  @Test
  void medianTakesTheMiddleUpperEndAsDoubleMlDoes() {
    double q = 1.959963984540054;
    Estimate m =
        Estimate.median(
            new Estimate[] {new Estimate(1, .5), new Estimate(3, .2), new Estimate(2, .4)});
    // upper ends 1.98, 3.392, 2.784: the median is 2 + .4 q
    assertThat(m.value()).isEqualTo(2);
    assertThat(m.standardError()).isCloseTo(.4, within(1e-12));
    assertThat(m.upper(.95)).isCloseTo(2 + .4 * q, within(1e-12));
  }

  @Test
  void oneRepetitionIsItself() {
    Estimate one = new Estimate(1.5, .25);
    assertThat(Estimate.median(new Estimate[] {one})).isEqualTo(one);
    assertThat(Estimate.spread(new double[] {1.5})).isNaN();
  }

  @Test
  void holmStepsDown() {
    assertThat(Holm.adjust(new double[] {.01, .04, .03, .005}))
        .containsExactly(new double[] {.03, .06, .06, .02}, within(1e-12));
    assertThat(Holm.adjust(new double[] {.6, Double.NaN, .9})[0]).isEqualTo(1);
    assertThat(Holm.adjust(new double[] {.6, Double.NaN, .9})[1]).isNaN();
  }
}
