/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.inference.BootstrapInterval.Kind;
import io.whatif.math.Mix;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.PoissonDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bootstrap intervals by hand and in a simulation, and the counts that resamples are made of. */
class BootstrapTest {

  @Test
  void intervalsAreMadeOfQuantilesOfTheDraws() {
    double[] draws = new double[101];
    Arrays.setAll(draws, b -> ((b * 37) % 101) / 100.0);
    BootstrapInterval percentile = BootstrapInterval.of(.7, draws, Kind.PERCENTILE, .9);
    assertThat(percentile.lower()).isCloseTo(.05, within(1e-12));
    assertThat(percentile.upper()).isCloseTo(.95, within(1e-12));
    BootstrapInterval pivot = BootstrapInterval.of(.7, draws, Kind.PIVOT, .9);
    assertThat(pivot.lower()).isCloseTo(1.4 - .95, within(1e-12));
    assertThat(pivot.upper()).isCloseTo(1.4 - .05, within(1e-12));
    // the variance of 0, .01, ..., 1 is (101^2 - 1) / 12 / 1e4
    double spread = Math.sqrt((101 * 101 - 1) / 12.0) / 100;
    BootstrapInterval normal = BootstrapInterval.of(.7, draws, Kind.NORMAL, .9);
    assertThat(normal.standardError()).isCloseTo(spread, within(1e-12));
    assertThat(normal.upper() - .7).isCloseTo(1.6448536269514722 * spread, within(1e-12));
    assertThat(normal.lower() + normal.upper()).isCloseTo(1.4, within(1e-12));
  }

  @Test
  void drawsWithoutAnEstimateAreLeftOutWhileTheyAreFew() {
    double[] draws = new double[20];
    Arrays.setAll(draws, b -> b);
    draws[3] = Double.NaN;
    assertThat(BootstrapInterval.of(1, draws, Kind.NORMAL, .95).standardError()).isPositive();
    Arrays.fill(draws, 0, 3, Double.NaN);
    assertThat(BootstrapInterval.of(1, draws, Kind.PERCENTILE, .95).lower()).isNaN();
    assertThat(BootstrapInterval.of(1, draws, Kind.PERCENTILE, .95).standardError()).isNaN();
    assertThat(BootstrapInterval.of(1, new double[] {1}, Kind.PIVOT, .95).upper()).isNaN();
    assertThat(BootstrapInterval.of(Double.NaN, new double[] {1, 2}, Kind.PIVOT, .95).upper())
        .isNaN();
  }

  /** Shares of 200,000 counts lie within four standard errors of Poisson's. */
  @Test
  void countsArePoisson() {
    int rows = 1000;
    long[] keys = new long[rows];
    Arrays.setAll(keys, i -> Mix.mix(9, i));
    BootstrapWeights weights = new BootstrapWeights(keys, 5);
    int[] places = new int[rows];
    Arrays.setAll(places, i -> i);
    double[] counts = new double[rows * 200];
    weights.draws(1, 201).fill(0, places, 0, rows, counts);
    PoissonDistribution poisson = PoissonDistribution.of(1);
    for (int k = 0; k <= 6; k++) {
      int wanted = k;
      double share =
          (double) Arrays.stream(counts).filter(c -> c == wanted).count() / counts.length;
      double p = poisson.probability(k);
      assertThat(share).isCloseTo(p, within(4 * Math.sqrt(p * (1 - p) / counts.length)));
    }
    assertThat(counts[7 * 200 + 3]).isEqualTo(weights.of(4, 7));
  }

  @Test
  void rowsOfOneKeyAreResampledWhole() {
    BootstrapWeights weights = new BootstrapWeights(new long[] {4, 4, 7, 4}, 1);
    for (int b = 0; b < 50; b++) {
      assertThat(weights.of(b, 0)).isEqualTo(weights.of(b, 1)).isEqualTo(weights.of(b, 3));
    }
  }

  /** Counts of one draw, and of one row, do not depend on which others are asked for with them. */
  @Test
  void aCountDependsOnItsDrawAndKeyAlone() {
    BootstrapWeights weights = new BootstrapWeights(new long[] {1, 2, 3}, 1);
    double[] late = new double[4];
    weights.draws(10, 12).fill(1, new int[] {0, 1}, 0, 2, late);
    assertThat(late)
        .containsExactly(
            weights.of(10, 1), weights.of(11, 1), weights.of(10, 2), weights.of(11, 2));
    assertThat(new BootstrapWeights(new long[] {2}, 1).of(10, 0)).isEqualTo(weights.of(10, 1));
    double[] early = new double[2];
    weights.draws(0, 2).fill(0, new int[] {0}, 0, 1, early);
    assertThat(early).containsExactly(1, weights.of(1, 0));
  }

  /** The mean of 200 skewed numbers. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void intervalsOfAMeanCover(Kind kind) {
    int replications = 300;
    int n = 200;
    int covered = 0;
    long[] keys = new long[n];
    Arrays.setAll(keys, i -> Mix.mix(3, i));
    for (int r = 0; r < replications; r++) {
      double[] x = new double[n];
      for (int i = 0; i < n; i++) {
        x[i] = -Math.log(Mix.uniform(Mix.mix(51, r), i));
      }
      BootstrapWeights weights = new BootstrapWeights(keys, r);
      double[] means = new double[400];
      for (int b = 0; b < means.length; b++) {
        double sum = 0;
        double count = 0;
        for (int i = 0; i < n; i++) {
          int w = weights.of(b + 1, i);
          sum += w * x[i];
          count += w;
        }
        means[b] = sum / count;
      }
      double mean = Arrays.stream(x).sum() / n;
      BootstrapInterval interval = BootstrapInterval.of(mean, means, kind, .95);
      covered += interval.lower() <= 1 && 1 <= interval.upper() ? 1 : 0;
    }
    BinomialDistribution hits = BinomialDistribution.of(replications, .95);
    System.out.println(kind + " covers " + covered + " of " + replications);
    // the band of 94%: a skewed mean of 200 numbers covers a point less than its level
    assertThat(covered)
        .isBetween(
            BinomialDistribution.of(replications, .94).inverseCumulativeProbability(.0005),
            hits.inverseCumulativeProbability(.9995));
  }
}
