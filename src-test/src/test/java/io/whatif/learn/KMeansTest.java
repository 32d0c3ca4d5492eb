/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.Comparator;
import org.junit.jupiter.api.Test;

class KMeansTest {
  private static final long SEED = 20261126;

  /** Rows about {@code centres}, in turn. */
  private static Dataset about(int n, double spread, double[]... centres) {
    int width = centres[0].length;
    Datasets data = new Datasets();
    for (int m = 0; m < width; m++) {
      double[] column = new double[n];
      for (int i = 0; i < n; i++) {
        column[i] =
            centres[i % centres.length][m] + spread * Mix.normal(SEED, (long) i * width + m);
      }
      data.column("p" + m, column);
    }
    return data.build();
  }

  private static double[][] sorted(double[][] centres) {
    Arrays.sort(centres, Comparator.comparingDouble(c -> c[0]));
    return centres;
  }

  @Test
  void centresOfRowsThatStandApartAreTheirMeans() {
    Dataset data = about(6000, .1, new double[] {-5, 0}, new double[] {0, 5}, new double[] {5, 0});
    KMeans means = KMeans.of(Datasets.run(2), data, 3, 7);
    double[][] centres = sorted(means.centres());
    assertThat(means.converged()).isTrue();
    double[][] columns = {Datasets.values(data, "p0"), Datasets.values(data, "p1")};
    for (int k = 0; k < 3; k++) {
      for (int m = 0; m < 2; m++) {
        double sum = 0;
        for (int i = k; i < 6000; i += 3) {
          sum += columns[m][i];
        }
        assertThat(centres[k][m]).isCloseTo(sum / 2000, within(1e-12));
      }
    }
    // 6,000 rows, two coordinates, variance .01 each: 120, of which the spread is 120 / sqrt(6,000)
    assertThat(means.squares()).isCloseTo(120, within(8.0));
  }

  @Test
  void theSameRowsGiveTheSameBitsOnAnyNumberOfThreads() {
    Dataset data = about(9000, 1, new double[] {0, 0, 0}, new double[] {1, 2, 3});
    double[][] one = KMeans.of(Datasets.run(1), data, 8, 42).centres();
    for (int threads : new int[] {2, 7}) {
      assertThat(KMeans.of(Datasets.run(threads), data, 8, 42).centres()).isDeepEqualTo(one);
    }
    assertThat(KMeans.of(Datasets.run(1), data, 8, 43).centres()).isNotEqualTo(one);
  }

  @Test
  void noStepRaisesTheSumOfSquares() {
    // a bad start would leave more than a tenth of the total
    Dataset data = about(4000, .3, new double[] {0}, new double[] {3}, new double[] {9});
    double[] x = Datasets.values(data, "p0");
    double mean = Arrays.stream(x).average().orElseThrow();
    double total = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
    double last = total;
    for (int count : new int[] {1, 2, 3}) {
      double squares = KMeans.of(Datasets.run(1), data, count, 1).squares();
      assertThat(squares).isLessThanOrEqualTo(last * (1 + 1e-12));
      last = squares;
    }
    assertThat(last).isLessThan(.1 * total);
  }

  @Test
  void oneCentreIsTheMean() {
    Dataset data = new Datasets().column("a", 1, 2, 6).column("b", 0, 0, 3).build();
    KMeans means = KMeans.of(Datasets.run(1), data, 1, 3);
    assertThat(means.centres()[0]).containsExactly(new double[] {3, 1}, within(1e-15));
    assertThat(means.squares()).isCloseTo(14 + 6, within(1e-12));
  }

  @Test
  void fewerDifferentRowsThanCentresAreTheCentres() {
    Dataset data = new Datasets().column("a", 1, 1, 2, 2, 1).build();
    KMeans means = KMeans.of(Datasets.run(1), data, 4, 5);
    assertThat(sorted(means.centres())).isDeepEqualTo(new double[][] {{1}, {2}});
    assertThat(means.squares()).isZero();
    assertThat(means.converged()).isTrue();
  }

  @Test
  void everyCentreIsNearestToSomeRow() {
    // many centres for few different rows, so that steps do empty some
    for (int seed = 0; seed < 50; seed++) {
      int s = seed;
      double[] a = new double[60];
      double[] b = new double[60];
      Arrays.setAll(a, i -> Mix.bucket(s, i, 5));
      Arrays.setAll(b, i -> Mix.bucket(s, 100 + i, 4) + .5 * Mix.bucket(s, 200 + i, 2));
      Dataset data = new Datasets().column("a", a).column("b", b).build();
      double[][] centres = KMeans.of(Datasets.run(1), data, 15, seed).centres();
      boolean[] used = new boolean[centres.length];
      for (int i = 0; i < 60; i++) {
        int best = 0;
        for (int k = 1; k < centres.length; k++) {
          best = distance(centres[k], a[i], b[i]) < distance(centres[best], a[i], b[i]) ? k : best;
        }
        used[best] = true;
      }
      assertThat(used).doesNotContain(false);
    }
  }

  private static double distance(double[] centre, double a, double b) {
    return (centre[0] - a) * (centre[0] - a) + (centre[1] - b) * (centre[1] - b);
  }
}
