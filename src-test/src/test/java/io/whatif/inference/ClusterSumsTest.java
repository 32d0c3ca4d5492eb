/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.Datasets;
import io.whatif.math.Mix;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums of squares do not depend on threads, nor on where rows are cut. */
class ClusterSumsTest {
  private static final int ROWS = 200_000;

  private static double[] influence() {
    double[] influence = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      influence[i] = Mix.uniform(1, i) < .1 ? Double.NaN : Mix.normal(2, i);
    }
    return influence;
  }

  private static double[] squares(int threads, double[] influence, int @Nullable [] clusters) {
    ClusterSums.Influences both =
        (from, to, into) -> {
          for (int i = from; i < to; i++) {
            into[0][i - from] = influence[i];
            into[1][i - from] = 2 * influence[i];
          }
        };
    return ClusterSums.squares(
        threads == 0 ? null : Datasets.run(threads), influence.length, 2, () -> both, clusters);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4})
  void rowsAreSquaredOneByOne(int threads) {
    double[] influence = influence();
    double expected = 0;
    for (double own : influence) {
      expected += Double.isNaN(own) ? 0 : own * own;
    }
    double[] found = squares(threads, influence, null);
    assertThat(found).isEqualTo(squares(1, influence, null));
    assertThat(found[0] / expected).isCloseTo(1, within(1e-13)); // another order of 180,000 sums
    assertThat(found[1]).isEqualTo(4 * found[0]);
  }

  /** Clusters of one row to half of all, some of which have no part. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4})
  void clustersAreSummedWholeWhereverRowsAreCut(int threads) {
    for (int size : new int[] {1, 3, 1_000, 70_000, 100_000}) {
      double[] influence = influence();
      int[] clusters = new int[ROWS];
      double expected = 0;
      double sum = 0;
      int counted = 0;
      boolean counts = false;
      for (int i = 0; i < ROWS; i++) {
        clusters[i] = i / size;
        influence[i] = size > 1 && clusters[i] == 1 ? Double.NaN : influence[i];
        counts |= !Double.isNaN(influence[i]);
        sum += Double.isNaN(influence[i]) ? 0 : influence[i];
        if (i + 1 == ROWS || (i + 1) / size != clusters[i]) {
          expected += sum * sum;
          counted += counts ? 1 : 0;
          sum = 0;
          counts = false;
        }
      }
      expected *= counted > 1 ? (double) counted / (counted - 1) : 1;
      double[] found = squares(threads, influence, clusters);
      assertThat(found).isEqualTo(squares(1, influence, clusters));
      assertThat(found[0] / expected).isCloseTo(1, within(1e-13)); // the order of sums
      assertThat(ClusterSums.squares(influence, clusters) / expected).isCloseTo(1, within(1e-13));
    }
  }
}
