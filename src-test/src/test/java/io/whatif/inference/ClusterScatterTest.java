/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums over clusters do not depend on where the rows are cut. */
class ClusterScatterTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 64, 200})
  void anyNumberOfShardsGivesTheSameScatter(int shards) {
    int n = 200;
    int[] cluster = new int[n];
    double[] x = new double[2 * n];
    for (int i = 0; i < n; i++) {
      cluster[i] = i == 0 ? 0 : cluster[i - 1] + (Mix.uniform(1, i) < .3 ? 1 : 0);
      x[2 * i] = Mix.normal(2, i);
      x[2 * i + 1] = Mix.normal(3, i);
    }
    double[][] expected = new double[2][2];
    double[] sum = new double[2];
    for (int i = 0; i < n; i++) {
      sum[0] += x[2 * i];
      sum[1] += x[2 * i + 1];
      if (i + 1 == n || cluster[i + 1] != cluster[i]) {
        for (int a = 0; a < 2; a++) {
          for (int b = 0; b < 2; b++) {
            expected[a][b] += sum[a] * sum[b];
          }
        }
        sum = new double[2];
      }
    }
    ClusterScatter total = new ClusterScatter(2);
    for (int s = 0; s < shards; s++) {
      ClusterScatter part = new ClusterScatter(2);
      for (int i = n * s / shards; i < n * (s + 1) / shards; i++) {
        part.add(cluster[i], x, 2 * i);
      }
      total.merge(part);
    }
    assertThat(total.total().get(0, 0)).isCloseTo(expected[0][0], within(1e-9));
    assertThat(total.total().get(0, 1)).isCloseTo(expected[0][1], within(1e-9));
    assertThat(total.clusters()).isEqualTo(cluster[n - 1] + 1);
  }
}
