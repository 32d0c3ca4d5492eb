/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MisfitTest {
  /** A shift by half a standard error or more, of which chance in a sample may be a part. */
  @Test
  void whatIsSureDecidesAndWhatIsSeenIsTold() {
    assertThat(new Misfit.Shift(0.9, 0.5).doubt()).isNull();
    assertThat(new Misfit.Shift(Double.NaN, Double.NaN).doubt()).isNull();
    Warning caution = new Misfit.Shift(3.14, 0.6).doubt();
    assertThat(caution).isNotNull();
    assertThat(caution.severity()).isEqualTo(Warning.Severity.CAUTION);
    assertThat(caution.message()).contains("by 3.1 standard errors");
    Warning severe = new Misfit.Shift(3.14, 2.1).doubt();
    assertThat(severe).isNotNull();
    assertThat(severe.severity()).isEqualTo(Warning.Severity.SEVERE);
  }
}
