/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.estimate.Warning.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarningTest {
  @Test
  void theWorstComeFirstAndEqualsInTheirOrder() {
    List<Warning> told =
        List.of(
            new Warning("a", Severity.INFO, ""),
            new Warning("b", Severity.CAUTION, ""),
            new Warning("c", Severity.SEVERE, ""),
            new Warning("d", Severity.CAUTION, ""));
    assertThat(Warning.worstFirst(told))
        .extracting(Warning::code)
        .containsExactly("c", "b", "d", "a");
  }
}
