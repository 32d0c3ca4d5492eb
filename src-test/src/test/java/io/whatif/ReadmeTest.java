/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.planner.shell.Scripts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README shows what is run, and no page links to what is not there. */
final class ReadmeTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

  @Test
  void theMinutesExampleStandsInItWithItsOutput() throws Exception {
    String readme = Files.readString(Scripts.ROOT.resolve("README.md"));
    Path example = Scripts.ROOT.resolve("sql-examples/00_in_a_minute.sql");
    assertThat(readme)
        .contains(Files.readString(example))
        .contains(Files.readString(example.resolveSibling("00_in_a_minute.out")));
  }

  @Test
  void everyLinkOfAPageLeadsSomewhere() throws Exception {
    try (Stream<Path> docs = Files.walk(Scripts.ROOT.resolve("docs"))) {
      List<Path> pages =
          Stream.concat(docs, Stream.of(Scripts.ROOT.resolve("README.md")))
              .filter(page -> page.toString().endsWith(".md"))
              .toList();
      assertThat(pages).hasSizeGreaterThan(5);
      for (Path page : pages) {
        List<String> links =
            LINK.matcher(Files.readString(page)).results().map(MatchResult::group).toList();
        for (String link : links) {
          String target = LINK.matcher(link).replaceFirst("$1");
          assertThat(page.resolveSibling(target)).as("%s links to it", page).exists();
        }
      }
    }
  }
}
