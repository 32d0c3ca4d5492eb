/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.planner.shell.Scripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file of sql-examples runs from top to bottom in a fresh database and prints what stands
 * beside it. {@link Expected} tells how to write the outputs anew.
 */
final class SqlExamplesTest {
  private static final int WIDEST_LINE = 100;
  private static final Path EXAMPLES = Scripts.ROOT.resolve("sql-examples");

  static Stream<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files
          .filter(file -> file.getFileName().toString().matches("\\d\\d_.*\\.sql"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void printsWhatStandsBesideIt(Path script) throws Exception {
    String name = script.getFileName().toString().replace(".sql", ".out");
    Expected.hold(script.resolveSibling(name), Scripts.sql(script), SqlExamplesTest.class);
  }

  @Test
  void theDemoPrintsWhatStandsBesideIt() throws Exception {
    String printed = Scripts.demo(EXAMPLES.resolve("demo.sql"));
    Expected.hold(EXAMPLES.resolve("demo.out"), printed, SqlExamplesTest.class);
  }

  @Test
  void everyOutputBelongsToAScriptAndFitsAPage() throws Exception {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".out")).toList()) {
        String name = file.getFileName().toString();
        assertThat(EXAMPLES.resolve(name.replace(".out", ".sql"))).exists();
        assertThat(Files.readAllLines(file))
            .as(name)
            .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(WIDEST_LINE));
      }
    }
  }
}
