/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ShrinkageTest {
  private static Estimate[] groups(double... valueAndError) {
    Estimate[] groups = new Estimate[valueAndError.length / 2];
    for (int g = 0; g < groups.length; g++) {
      groups[g] = new Estimate(valueAndError[2 * g], valueAndError[2 * g + 1]);
    }
    return groups;
  }

  /** With equal errors s the variance is that of the estimates less s squared. */
  @Test
  void ofEqualErrorsItIsTheJamesSteinRule() {
    Shrinkage shrinkage = Shrinkage.of(groups(0, 1, 2, 1, 7, 1));
    assertThat(shrinkage.variance()).isCloseTo(13 - 1, within(1e-10));
    double kept = 12.0 / 13;
    assertThat(shrinkage.shrunk())
        .containsExactly(new double[] {3 - 3 * kept, 3 - kept, 3 + 4 * kept}, within(1e-10));
    // Q = 9 + 1 + 16 = 26 on 2 degrees of freedom: exp(-13)
    assertThat(shrinkage.pValue()).isCloseTo(Math.exp(-13), within(1e-16));
  }

  /** The root's own equation holds, whatever the errors. */
  @Test
  void theWeightedSquaresAreOneLessThanTheGroups() {
    Estimate[] groups = groups(0, 1, 2, 0.5, 7, 2, -3, 1.5, 4, 0.1);
    Shrinkage shrinkage = Shrinkage.of(groups);
    double weights = 0;
    double sum = 0;
    for (Estimate g : groups) {
      double w = 1 / (g.standardError() * g.standardError() + shrinkage.variance());
      weights += w;
      sum += w * g.value();
    }
    double squares = 0;
    for (Estimate g : groups) {
      double w = 1 / (g.standardError() * g.standardError() + shrinkage.variance());
      squares += w * (g.value() - sum / weights) * (g.value() - sum / weights);
    }
    assertThat(squares).isCloseTo(4, within(1e-9));
  }

  @Test
  void groupsThatAgreeAllHaveTheirWeightedMean() {
    Shrinkage shrinkage = Shrinkage.of(groups(1, 1, 1.5, 2));
    assertThat(shrinkage.variance()).isZero();
    assertThat(shrinkage.shrunk()).containsExactly(new double[] {1.1, 1.1}, within(1e-12));
  }

  @Test
  void groupsWithoutAnEstimateAreLeftOut() {
    Shrinkage some = Shrinkage.of(groups(0, 1, Double.NaN, 1, 2, 1, 5, 0, 7, 1));
    Shrinkage whole = Shrinkage.of(groups(0, 1, 2, 1, 7, 1));
    assertThat(some.shrunk()[1]).isNaN();
    assertThat(some.shrunk()[3]).isNaN();
    assertThat(some.shrunk()[4]).isEqualTo(whole.shrunk()[2]);
    assertThat(some.pValue()).isEqualTo(whole.pValue());
  }

  @Test
  void oneGroupHasNothingToBeDrawnTo() {
    Shrinkage shrinkage = Shrinkage.of(groups(3, 1));
    assertThat(shrinkage.shrunk()[0]).isNaN();
    assertThat(shrinkage.pValue()).isNaN();
  }
}
