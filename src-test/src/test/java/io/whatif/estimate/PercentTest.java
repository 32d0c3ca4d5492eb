/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0%",
    ".9512, 95%",
    ".9949, 99%",
    ".995, 99.5%",
    ".9964, 99.6%",
    ".99996, 99.996%",
    ".99999999, 99.999999%",
    ".9999999999, more than 99.999999%",
    "1, 100%"
  })
  void onlyTheWholeIsAHundred(double share, String text) {
    assertThat(Percent.of(share)).isEqualTo(text);
  }

  @Test
  void whatIsNotKnownIsNoShare() {
    assertThatThrownBy(() -> Percent.of(Double.NaN)).isInstanceOf(IllegalStateException.class);
  }
}
