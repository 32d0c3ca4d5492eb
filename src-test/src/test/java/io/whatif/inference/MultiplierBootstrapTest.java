/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.Datasets;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import io.whatif.math.Mix;
import io.whatif.math.Normal;
import io.whatif.math.Quantiles;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;

/** Joint intervals and step-down p-values: known laws, row multipliers, and coverage. */
class MultiplierBootstrapTest {
  private static final Run RUN = Datasets.run(2);
  private static final int DRAWS = 10_000;

  private static Gram equicorrelated(int width, double correlation) {
    Gram gram = new Gram(width);
    for (int i = 0; i < width; i++) {
      for (int j = 0; j <= i; j++) {
        gram.set(i, j, i == j ? 4 : 4 * correlation);
      }
    }
    return gram;
  }

  private static double[][] influences(long seed, int width, int n) {
    double[][] psi = new double[width][n];
    for (int i = 0; i < n; i++) {
      double common = Mix.normal(seed, -1L - i);
      for (int j = 0; j < width; j++) {
        psi[j][i] = (j + 1) * (.6 * common + .8 * Mix.normal(seed + j + 1, i));
      }
    }
    return psi;
  }

  /**
   * Of J independent normals the largest stays below c with chance (2 Phi(c) - 1)^J. With 10,000
   * draws the 95% quantile has a standard error of sqrt(.05 .95 / 10,000) / f, below .012 here.
   */
  @Test
  void ofIndependentEstimatesTheCriticalValueIsSidaks() {
    for (int width : new int[] {1, 2, 10, 100}) {
      double exact = Normal.quantile(.5 + Math.pow(.95, 1.0 / width) / 2);
      double found =
          MultiplierBootstrap.of(equicorrelated(width, 0), DRAWS, 7).criticalValue(RUN, .95);
      assertThat(found).isCloseTo(exact, within(.04));
    }
  }

  /** Estimates that repeat each other count once; 1,000 of them have rank 1. */
  @Test
  void estimatesThatRepeatEachOtherCountOnce() {
    MultiplierBootstrap one = MultiplierBootstrap.of(equicorrelated(1, 0), DRAWS, 7);
    MultiplierBootstrap many = MultiplierBootstrap.of(equicorrelated(1000, 1), DRAWS, 7);
    assertThat(many.criticalValue(RUN, .95)).isCloseTo(one.criticalValue(RUN, .95), within(1e-9));
    double[] t = new double[1000];
    Arrays.fill(t, 2.1);
    double p = many.adjusted(RUN, t)[999];
    // p = .0357 with a standard error of .0019
    assertThat(p).isCloseTo(Normal.twoSided(2.1), within(.007));
  }

  /** The draws from the correlations have the law of n multipliers a draw, which DoubleML makes. */
  @Test
  void correlationsGiveTheLawOfRowMultipliers() {
    int n = 300;
    int width = 6;
    double[][] psi = influences(11, width, n);
    double[] norms =
        Arrays.stream(psi)
            .mapToDouble(p -> Math.sqrt(Arrays.stream(p).map(v -> v * v).sum()))
            .toArray();
    double[] largest = new double[DRAWS];
    for (int b = 0; b < DRAWS; b++) {
      double[] t = new double[width];
      for (int i = 0; i < n; i++) {
        double xi = Mix.normal(Mix.mix(13, b), i);
        for (int j = 0; j < width; j++) {
          t[j] += xi * psi[j][i] / norms[j];
        }
      }
      largest[b] = Arrays.stream(t).map(Math::abs).max().orElseThrow();
    }
    Arrays.sort(largest);
    MultiplierBootstrap bootstrap =
        MultiplierBootstrap.of(InfluenceProducts.of(psi, null), DRAWS, 17);
    for (double level : new double[] {.5, .8, .9, .95}) {
      // both quantiles have a standard error of .01 to .015
      assertThat(bootstrap.criticalValue(RUN, level))
          .isCloseTo(Quantiles.sorted(largest, level), within(.06));
    }
  }

  @Test
  void aClusterHasOneMultiplier() {
    double[][] psi = influences(19, 3, 90);
    int[] clusters = new int[90];
    Arrays.setAll(clusters, i -> i / 3);
    double[][] sums = new double[3][30];
    for (int j = 0; j < 3; j++) {
      for (int i = 0; i < 90; i++) {
        sums[j][i / 3] += psi[j][i];
      }
    }
    Gram byCluster = InfluenceProducts.of(psi, clusters);
    Gram bySum = InfluenceProducts.of(sums, null);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        assertThat(byCluster.get(i, j)).isCloseTo(bySum.get(i, j), within(1e-10));
      }
    }
  }

  @Test
  void rowsWithoutAnInfluenceCountAsNothing() {
    double[][] psi = {{1, Double.NaN, 2}, {Double.NaN, 3, 1}};
    Gram gram = InfluenceProducts.of(psi, null);
    assertThat(gram.get(0, 0)).isEqualTo(5);
    assertThat(gram.get(0, 1)).isEqualTo(2);
    assertThat(gram.get(1, 1)).isEqualTo(10);
  }

  @Test
  void anyNumberOfThreadsGivesTheSameBits() {
    Gram gram = InfluenceProducts.of(influences(23, 9, 200), null);
    MultiplierBootstrap bootstrap = MultiplierBootstrap.of(gram, 777, 3);
    double[] t = {3, -1, .2, 2, -2.5, 0, 1, 4, .5};
    double critical = bootstrap.criticalValue(Datasets.run(1), .95);
    double[] p = bootstrap.adjusted(Datasets.run(1), t);
    for (int threads : new int[] {2, 7}) {
      assertThat(bootstrap.criticalValue(Datasets.run(threads), .95)).isEqualTo(critical);
      assertThat(bootstrap.adjusted(Datasets.run(threads), t)).isEqualTo(p);
    }
  }

  @Test
  void estimatesWithoutInfluenceTakeNoPart() {
    Gram gram = new Gram(3);
    gram.set(0, 0, 1);
    gram.set(2, 2, 1);
    MultiplierBootstrap bootstrap = MultiplierBootstrap.of(gram, DRAWS, 5);
    double[] p = bootstrap.adjusted(RUN, new double[] {2, 9, Double.NaN});
    assertThat(p[0]).isCloseTo(Normal.twoSided(2), within(.01));
    assertThat(p[1]).isNaN();
    assertThat(p[2]).isNaN();
    assertThat(MultiplierBootstrap.of(new Gram(2), 10, 5).criticalValue(RUN, .95)).isNaN();
  }

  /** Adjusted by Holm they can only be larger; by the raw value only smaller. */
  @Test
  void stepDownLiesBetweenTheRawValuesAndHolms() {
    int width = 12;
    double[] t = new double[width];
    Arrays.setAll(t, j -> 4.0 - .35 * j);
    double[] raw = Arrays.stream(t).map(Normal::twoSided).toArray();
    double[] holm = Holm.adjust(raw);
    double[] stepped =
        MultiplierBootstrap.of(equicorrelated(width, .6), DRAWS, 29).adjusted(RUN, t);
    for (int j = 0; j < width; j++) {
      // four standard errors of a share of 10,000 draws
      double error = 4 * Math.sqrt(raw[j] * (1 - raw[j]) / DRAWS) + 2e-4;
      assertThat(stepped[j]).isGreaterThan(raw[j] - error).isLessThan(holm[j] + error + .01);
    }
  }

  /**
   * 20 correlated means of skewed numbers with no effect: all intervals together hold 0, and the
   * smallest adjusted p-value is above .05, in 95% of samples; by single intervals in fewer than
   * 70%.
   */
  @Test
  void jointIntervalsHoldTogetherAsOftenAsTheySay() {
    int replications = 300;
    int together = 0;
    int alone = 0;
    int unrejected = 0;
    for (int r = 0; r < replications; r++) {
      int n = 400;
      double[][] psi = influences(Mix.mix(31, r), 20, n);
      double[] t = new double[20];
      for (int j = 0; j < 20; j++) {
        double mean = Arrays.stream(psi[j]).sum() / n;
        double squares = 0;
        for (int i = 0; i < n; i++) {
          psi[j][i] -= mean;
          squares += psi[j][i] * psi[j][i];
        }
        t[j] = mean / (Math.sqrt(squares) / n);
      }
      MultiplierBootstrap bootstrap =
          MultiplierBootstrap.of(InfluenceProducts.of(psi, null), 1000, r);
      double largest = Arrays.stream(t).map(Math::abs).max().orElseThrow();
      together += largest <= bootstrap.criticalValue(RUN, .95) ? 1 : 0;
      alone += largest <= Normal.quantile(.975) ? 1 : 0;
      unrejected += Arrays.stream(bootstrap.adjusted(RUN, t)).min().orElseThrow() > .05 ? 1 : 0;
    }
    BinomialDistribution hits = BinomialDistribution.of(replications, .95);
    int low = hits.inverseCumulativeProbability(.0005);
    int high = hits.inverseCumulativeProbability(.9995);
    System.out.println(
        "together " + together + ", alone " + alone + ", no rejection " + unrejected);
    assertThat(together).isBetween(low, high);
    assertThat(unrejected).isBetween(low, high);
    assertThat(alone).isLessThan((int) (.7 * replications));
  }
}
