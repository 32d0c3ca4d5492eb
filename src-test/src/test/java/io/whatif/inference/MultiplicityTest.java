/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import org.junit.jupiter.api.Test;

/** Step-down and false-discovery p-values, by hand. */
class MultiplicityTest {

  /**
   * |t| = 3, 2, 1 and four draws. For 3 all three count: maxima 4, 2, 1, 0, one reaches 3: 2/5. For
   * 2 the last two: 2, 2, 1, 0, two reach 2: 3/5. For 1 the last alone: 0, 2, 1, 0: two: 3/5.
   */
  @Test
  void romanoAndWolfStepDown() {
    RomanoWolf counts = new RomanoWolf(new double[] {-2, 3, 1});
    counts.add(new double[] {2, -4, 0});
    counts.add(new double[] {0, 0, -2});
    counts.add(new double[] {.5, .1, 1});
    counts.add(new double[] {0, 0, 0});
    assertThat(counts.adjusted()).containsExactly(new double[] {.6, .4, .6}, within(1e-15));
  }

  @Test
  void adjustedPValuesNeverFallAsStatisticsFall() {
    double[] t = {5, 4, 3, 2, 1, 0};
    RomanoWolf all = new RomanoWolf(t);
    RomanoWolf even = new RomanoWolf(t);
    RomanoWolf odd = new RomanoWolf(t);
    for (int b = 0; b < 200; b++) {
      double[] draw = new double[t.length];
      for (int j = 0; j < t.length; j++) {
        draw[j] = 2 * Mix.normal(b, j);
      }
      all.add(draw);
      (b % 2 == 0 ? even : odd).add(draw);
    }
    assertThat(all.adjusted()).isSorted();
    assertThat(new RomanoWolf(t).merge(odd).merge(even).adjusted()).isEqualTo(all.adjusted());
    assertThat(all.adjusted()[5]).isEqualTo(1);
  }

  @Test
  void statisticsThatAreMissingAreNotCounted() {
    RomanoWolf counts = new RomanoWolf(new double[] {Double.NaN, 1});
    counts.add(new double[] {9, .5});
    assertThat(counts.adjusted()[0]).isNaN();
    assertThat(counts.adjusted()[1]).isEqualTo(.5);
    assertThat(new RomanoWolf(new double[] {1}).adjusted()).containsExactly(1);
    assertThat(new RomanoWolf(new double[0]).adjusted()).isEmpty();
  }

  /** R: p.adjust(c(.01, .04, .03, .005), "BH") is .02 .04 .04 .02. */
  @Test
  void benjaminiAndHochbergStepUp() {
    assertThat(BenjaminiHochberg.adjust(new double[] {.01, .04, .03, .005}))
        .containsExactly(new double[] {.02, .04, .04, .02}, within(1e-15));
    double[] some = BenjaminiHochberg.adjust(new double[] {.01, Double.NaN, .9});
    assertThat(some[0]).isCloseTo(.02, within(1e-15));
    assertThat(some[1]).isNaN();
    assertThat(some[2]).isCloseTo(.9, within(1e-15));
    assertThat(BenjaminiHochberg.adjust(new double[0])).isEmpty();
  }

  /** z = 3, 2.1, 2.1, 1, -5 and one unit without an estimate. */
  @Test
  void fewerUnitsAreCalledPositiveAmongAllThanAlone() {
    double[] effects = {3, 2.1, 2.1, 1, -5, Double.NaN};
    double[] errors = {1, 1, 1, 1, 1, 1};
    BenjaminiHochberg.Shares shares = BenjaminiHochberg.positive(effects, errors, .95);
    assertThat(shares.pointwise()).isEqualTo(.6);
    // p = .0027, .0357, .0357, .317, 6e-7: adjusted .0067, .0447, .0447, .317
    assertThat(shares.amongAll()).isEqualTo(.6);
    double[] more = {3, 2.1, 2.1, 1, .5, .2};
    // .0357 * 6 / 3 = .071
    assertThat(BenjaminiHochberg.positive(more, errors, .95).amongAll()).isEqualTo(1.0 / 6);
    assertThat(BenjaminiHochberg.positive(more, errors, .95).pointwise()).isEqualTo(.5);
    assertThat(BenjaminiHochberg.positive(new double[0], new double[0], .95).pointwise()).isNaN();
    assertThat(BenjaminiHochberg.positive(new double[] {1}, new double[1], .95).amongAll())
        .isZero();
  }

  /** With no effect anywhere, 5% are called positive or negative alone, almost none among all. */
  @Test
  void amongUnitsWithoutAnEffectAlmostNoneIsCalledPositive() {
    double[] effects = new double[5000];
    double[] errors = new double[5000];
    for (int i = 0; i < effects.length; i++) {
      effects[i] = Mix.normal(41, i);
      errors[i] = 1;
    }
    BenjaminiHochberg.Shares shares = BenjaminiHochberg.positive(effects, errors, .95);
    assertThat(shares.pointwise()).isBetween(.016, .034);
    assertThat(shares.amongAll()).isLessThan(.001);
  }
}
