/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MisfitTest {
  /** Half a standard error, or what chance alone may do in a small part of very many rows. */
  @ParameterizedTest
  @CsvSource({
    "500, 500, 0.5",
    "1000000, 100000, 0.5",
    "10000000, 200000, 0.5",
    "100000000, 200000, 1"
  })
  void chanceInASampleIsNotTold(long rows, long looked, double told) {
    assertThat(Misfit.told(rows, looked)).isEqualTo(told);
  }
}
