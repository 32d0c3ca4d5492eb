/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A committed file that is made by the code. With {@code -Dwhatif.regenerate=true} it is written
 * instead of compared.
 */
public final class Expected {
  private static final String REGENERATE = "whatif.regenerate";

  private Expected() {}

  /**
   * Holds that {@code file} says {@code actual}, or makes it so when asked to.
   *
   * @param test the test that makes it, for the remedy
   */
  public static void hold(Path file, String actual, Class<?> test) throws IOException {
    if (Boolean.getBoolean(REGENERATE)) {
      Files.writeString(file, actual);
    }
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as(
            "%s is stale. If the change is meant: mvn test -pl src-test -am -Dtest=%s"
                + " -Dsurefire.failIfNoSpecifiedTests=false -D%s=true",
            file.getFileName(), test.getSimpleName(), REGENERATE)
        .isEqualTo(actual);
  }
}
