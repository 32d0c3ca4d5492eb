/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SettingsTest {

  @Test
  void ourSettingsAreVariables() {
    assertThat(Settings.rewrite("SET whatif_memory_limit = '2GB'"))
        .contains("SET VARIABLE whatif_memory_limit = '2GB'");
    assertThat(Settings.rewrite("set session WHATIF_MEMORY_LIMIT to '1 GB'"))
        .contains("SET VARIABLE whatif_memory_limit = '1 GB'");
    assertThat(Settings.rewrite("RESET whatif_memory_limit"))
        .contains("RESET VARIABLE whatif_memory_limit");
  }

  @Test
  void unknownSettingsOfOursAreRefused() {
    assertThatThrownBy(() -> Settings.rewrite("RESET whatif_x"))
        .hasMessage("RESET whatif_x: there is no such setting. There is whatif_memory_limit.");
  }

  @Test
  void otherSettingsAreLeftAlone() {
    assertThat(Settings.rewrite("SET memory_limit = '2GB'")).isEmpty();
    assertThat(Settings.rewrite("SET VARIABLE whatif_memory_limit = '2GB'")).isEmpty();
    assertThat(Settings.rewrite("SELECT 'set whatif_memory_limit'")).isEmpty();
    assertThat(Settings.rewrite("UPDATE t SET whatif_x = 1")).isEmpty();
  }
}
