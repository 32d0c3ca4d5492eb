/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.planner.jdbc.DirectConnection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class PipedStatementsTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  private interface Use {
    void with(SqlRunner runner) throws IOException, SQLException;
  }

  private void use(Use use) throws IOException, SQLException {
    printed.reset();
    try (DirectConnection connection = DirectConnection.open("jdbc:whatif:", new Properties());
        PrintStream out = new PrintStream(printed, false, UTF_8);
        PrintStream errors = new PrintStream(told, true, UTF_8)) {
      use.with(new SqlRunner(connection, out, errors, Format.JSON));
    }
  }

  private String piped(String script) throws IOException, SQLException {
    use(
        runner ->
            new PipedStatements(runner, new ByteArrayInputStream(script.getBytes(UTF_8))).run());
    return printed.toString(UTF_8);
  }

  private String asFile(String script) throws IOException, SQLException {
    use(runner -> runner.run(script));
    return printed.toString(UTF_8);
  }

  @Test
  void whatIsInACommentIsNotRun() throws Exception {
    for (String script :
        List.of(
            "SELECT 1 AS a; /* x;\nSELECT 2 AS b;\n*/\n",
            "/* x;\nSELECT 2 AS b; /* y;\n*/ SELECT 3;\n*/\nSELECT 1 AS a;\n",
            "SELECT 1 /* x;\nSELECT 2 AS b;\n*/ AS a;\n",
            "SELECT 1 AS a; -- x /*\nSELECT ' /* ' AS b;\n")) {
      assertThat(piped(script)).as(script).isEqualTo(asFile(script)).startsWith("[{\"a\":1}]");
    }
  }

  @Test
  void textsOfSeveralLinesAreKeptAsTheyStand() throws Exception {
    for (String literal :
        List.of("'x\r\ny'", "'x\r;\ny'", "'x;\n''y'", "E'x\\';\ny'", "$a$x;\n$$;\r\ny$a$")) {
      String script = "SELECT length(%s) AS a, \"b;\n\"\"\" FROM (SELECT 1 AS \"b;\n\"\"\");\n";
      assertThat(piped(script.formatted(literal)))
          .as(literal)
          .isEqualTo(asFile(script.formatted(literal)))
          .hasLineCount(1);
    }
    assertThat(piped("SELECT length('x\r\ny') AS a, length('x\ry') AS b;\r\n"))
        .startsWith("[{\"a\":4,\"b\":3}]");
    assertThat(told.toString(UTF_8)).isEmpty();
  }

  /** A writer that waits for each answer would wait for ever. */
  @Test
  void aStatementIsRunBeforeTheNextLineIsAskedFor() throws Exception {
    Queue<String> lines =
        new ArrayDeque<>(
            List.of(
                "SELECT 1 AS a; -- note\n",
                "SELECT 2 AS a; /* two\n",
                "lines */\n",
                "SELECT ';\n",
                "' IS NULL AS a;\t\r\n"));
    List<String> before = new ArrayList<>();
    InputStream in =
        new InputStream() {
          private InputStream line = InputStream.nullInputStream();

          @Override
          public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = line.read(bytes, offset, length);
            if (count >= 0) {
              return count;
            }
            before.add(printed.toString(UTF_8).replaceAll("\\R", ""));
            if (lines.isEmpty()) {
              return -1;
            }
            line = new ByteArrayInputStream(lines.remove().getBytes(UTF_8));
            return line.read(bytes, offset, length);
          }
        };
    use(runner -> new PipedStatements(runner, in).run());
    String one = "[{\"a\":1}]";
    String two = one + "[{\"a\":2}]";
    assertThat(before).startsWith("", one, one, two, two, two + "[{\"a\":false}]");
  }

  @Test
  void aCommandOfThePromptIsToldWhereNoStatementIsBegun() throws Exception {
    assertThat(piped("-- c\n!quit\r\n/*\n!x\n*/ SELECT 3\n!= 4 AS a; SELECT 1 +;\n"))
        .startsWith("[{\"a\":true}]");
    assertThat(told.toString(UTF_8).lines())
        .first()
        .isEqualTo("whatif shell: !quit works only at a terminal. Write SQL.");
    assertThat(told.toString(UTF_8)).endsWith("(line 6, column 21)" + System.lineSeparator());
  }

  @Test
  void aMistakeWithoutAPlaceIsToldWithThatOfItsStatement() throws Exception {
    piped("SELECT 1;\n  SET whatif_memory_limit = 'lots';\n");
    assertThat(told.toString(UTF_8).lines())
        .singleElement()
        .asString()
        .contains("'lots'")
        .endsWith(" (line 2, column 3)");
  }

  /** Read anew for each line that holds a semicolon, it would take minutes. */
  @Test
  @Timeout(30)
  void manyLinesOfOneTextTakeSeconds() throws Exception {
    String text = "a line of a text; it goes on and on\n".repeat(60_000);
    assertThat(piped("SELECT length('" + text + "') AS a;\n"))
        .startsWith("[{\"a\":" + text.length() + "}]");
  }
}
