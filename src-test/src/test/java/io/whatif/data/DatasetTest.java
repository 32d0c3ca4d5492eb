/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private static final int ROWS = 3 * Batch.CAPACITY + 5;

  private final double[] first = new double[ROWS];
  private final double[] second = new double[ROWS];

  DatasetTest() {
    Arrays.setAll(first, i -> i);
    Arrays.setAll(second, i -> -i);
  }

  @Test
  void columnsComeAsArraysInTheOrderTheyAreNamed() {
    Dataset data = new Datasets().column("a", first).column("b", second).build();
    double[][] arrays = data.arrays(Datasets.run(2), 1, 0, 1);
    assertThat(arrays).hasDimensions(3, ROWS);
    assertThat(arrays[0]).isEqualTo(second);
    assertThat(arrays[1]).isEqualTo(first);
    assertThat(arrays[2]).isEqualTo(second);
  }

  @Test
  void eachRowIsInOneBatch() {
    Dataset data = new Datasets().column("a", first).build();
    AtomicLong sum = new AtomicLong();
    data.forEachBatch(
        Datasets.run(2),
        batch -> {
          for (int i = 0; i < batch.rows(); i++) {
            sum.addAndGet((long) batch.column(0)[i]);
          }
        });
    assertThat(sum.get()).isEqualTo(ROWS * (ROWS - 1L) / 2);
  }
}
