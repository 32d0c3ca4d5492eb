/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What an argument is called, and which one it is. */
class ArgumentTest {
  private static final Argument CONTROLS =
      Argument.optional("controls", Argument.Type.COLUMNS, "text").withAliases("covariates", "x");

  @Test
  void itIsCalledByItsNameAndItsAliasesInAnyCase() {
    assertThat(List.of("controls", "CONTROLS", "covariates", "Covariates", "x", "X"))
        .allMatch(CONTROLS::isCalled);
    assertThat(List.of("", "control", "controls ", "covariate", "covariates,x"))
        .noneMatch(CONTROLS::isCalled);
  }

  @Test
  void anotherOfTheSameNameIsAnotherArgument() {
    Argument other = Argument.optional("controls", Argument.Type.COLUMNS, "text");
    FunctionDescriptor function =
        new FunctionDescriptor("f", "text", List.of(CONTROLS), List.of(), "", "", List.of());
    assertThat(function.takes(CONTROLS)).isTrue();
    assertThat(function.takes(other)).isFalse();
    assertThat(function.takes("controls")).isTrue();
    assertThat(function.takes("covariates")).isFalse();
  }
}
