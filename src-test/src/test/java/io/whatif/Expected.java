/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
    List<String> stands = Files.exists(file) ? Files.readAllLines(file) : List.of();
    List<String> now = actual.lines().toList();
    int line = 0;
    while (line < Math.min(stands.size(), now.size()) && stands.get(line).equals(now.get(line))) {
      line++;
    }
    if (line < Math.max(stands.size(), now.size())) {
      fail(
          "%s is stale from line %d on. It says%n%s%nand the code makes%n%s%nIf that is meant:"
              + " mvn test -pl src-test -am -Dtest=%s -Dsurefire.failIfNoSpecifiedTests=false"
              + " -D%s=true",
          file.getFileName(),
          line + 1,
          at(stands, line),
          at(now, line),
          test.getSimpleName(),
          REGENERATE);
    }
  }

  private static String at(List<String> lines, int line) {
    return line < lines.size() ? lines.get(line) : "(nothing more)";
  }
}
