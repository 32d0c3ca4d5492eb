/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.planner.shell.Scripts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README shows what is run, and no page links to what is not there. */
final class ReadmeTest {
  private static final Pattern EXAMPLE = Pattern.compile("```sql\n.*?```", Pattern.DOTALL);
  private static final Pattern OUTPUT = Pattern.compile("prints\n\n```\n.*?```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

  @Test
  void theMinutesExampleStandsInItWithItsOutput() throws Exception {
    Path readme = Scripts.ROOT.resolve("README.md");
    Path example = Scripts.ROOT.resolve("sql-examples/00_in_a_minute.sql");
    String text = Files.readString(readme);
    text = EXAMPLE.matcher(text).replaceFirst(block("```sql\n", Files.readString(example)));
    text = OUTPUT.matcher(text).replaceFirst(block("prints\n\n```\n", Scripts.sql(example)));
    Expected.hold(readme, text, ReadmeTest.class);
  }

  private static String block(String head, String body) {
    return Matcher.quoteReplacement(head + body + "```");
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
