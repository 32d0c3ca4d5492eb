/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
  @TempDir private Path folder = Path.of(".");

  private record Ended(int status, String out, String errors) {}

  private Ended whatif(String... arguments) throws IOException, InterruptedException {
    return typed("", arguments);
  }

  private Ended typed(String input, String... arguments) throws IOException, InterruptedException {
    return read(input.getBytes(StandardCharsets.UTF_8), arguments);
  }

  private Ended read(byte[] input, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path errors = folder.resolve("errors");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile())
            .redirectInput(Files.write(folder.resolve("in" + System.nanoTime()), input).toFile())
            .start();
    int status = process.waitFor();
    return new Ended(
        status,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(errors, StandardCharsets.UTF_8));
  }

  @Test
  void commandsComeBeforeTheFileAndTheFirstErrorEndsThem() throws Exception {
    Path script = Files.writeString(folder.resolve("a.sql"), "FROM t;\nFROM nowhere;\nSELECT 3;");
    Ended ended =
        whatif(
            "sql",
            "--db",
            folder.resolve("a.duckdb").toString(),
            "--format",
            "json",
            "-c",
            "CREATE TABLE t AS SELECT 1 AS a",
            "-c",
            "SELECT 2 AS b",
            script.toString());
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.out().lines()).containsExactly("[{\"b\":2}]", "[{\"a\":1}]");
    assertThat(ended.errors().lines())
        .singleElement()
        .asString()
        .isEqualTo(
            "Catalog Error: Table with name nowhere does not exist! Did you mean \"pg_indexes\"? (line 2, column 6)");
  }

  @Test
  void aMistakeIsToldInOneLineWithItsPlaceInTheScript() throws Exception {
    Path script =
        Files.writeString(
            folder.resolve("b.sql"),
            """
            CREATE TABLE t AS SELECT range AS a FROM range(9);

            SELECT 1; SELECT *
            FROM dml_summary(t, outcome => 'a',
              tretment => 'b');
            """);
    assertThat(whatif("sql", script.toString()).errors().lines())
        .containsExactly(
            "dml_summary: there is no argument tretment. Did you mean treatment? (line 5, column 3)");
    assertThat(
            whatif("sql", "-c", "CREATE TABLE t AS SELECT 1 AS a;\n SELECT b FROM t")
                .errors()
                .lines())
        .containsExactly(
            "Binder Error: Referenced column \"b\" not found in FROM clause! (line 2, column 9)");
    assertThat(
            whatif(
                    "sql",
                    "-c",
                    "CREATE TABLE t AS SELECT 1 AS a;SELECT b FROM dml_summary(t, outcome => 'a', treatment => 'a')")
                .errors()
                .lines())
        .containsExactly(
            "Binder Error: Referenced column \"b\" not found in FROM clause! (line 1, column 40)");
  }

  @Test
  void callsThatCannotBeReadAreToldByTheirName() throws Exception {
    String names = "CREATE TABLE t AS SELECT 1 AS a;\nSELECT *\nFROM ";
    assertThat(whatif("sql", "-c", names + "dml_sumary(TABLE t, outcome => 'a')").errors().lines())
        .containsExactly(
            "dml_sumary: there is no such function. Did you mean dml_summary? (line 3, column 6)");
    assertThat(whatif("sql", "-c", "SELECT cate_efect('m')").errors().lines())
        .containsExactly(
            "cate_efect: there is no such function. Did you mean cate_effect? (line 1, column 8)");
    assertThat(
            whatif("sql", "-c", names + "dml_summary(TABLE t, outcome => 'a'\nWHERE true;")
                .errors()
                .lines())
        .containsExactly(
            "dml_summary: its bracket is not closed. Write ) after its last argument. (line 3, column 6)");
    assertThat(whatif("sql", "-c", "SELECT my_summary('m')").errors())
        .contains("Function with name my_summary does not exist!")
        .doesNotContain("dml_summary");
  }

  @Test
  void whatCannotBeReadIsToldInOneLine() throws Exception {
    Path bytes = Files.write(folder.resolve("bytes.sql"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertOneLine(whatif("sql", folder.toString()), "is a folder. Name a file of statements.");
    assertOneLine(
        whatif("sql", bytes.toString()),
        "is not text in UTF-8 (line 1). Save it in that encoding.");
  }

  /** Read all the same, a filter by 'Münster' would find no row. */
  @Test
  void inputThatIsNotTextIsRefused() throws Exception {
    byte[] script = "SELECT 1 AS a;\n\nSELECT 'M\u00fcnster' AS b;\n".getBytes(ISO_8859_1);
    String refusal =
        "standard input is not text in UTF-8 (line 3). Save it in that encoding."
            + System.lineSeparator();
    assertThat(read(script, "sql")).isEqualTo(new Ended(1, "", "whatif sql: " + refusal));
    assertThat(read(script, "shell"))
        .isEqualTo(new Ended(1, "a\n-\n1\n", "whatif shell: " + refusal));
  }

  /** Text in UTF-16 of the letters of ASCII has the bytes of UTF-8, with a NUL after each. */
  @Test
  void inputOfTwoBytesALetterIsRefused() throws Exception {
    String script = "SELECT 1 AS a;\n";
    String refusal =
        "standard input is not text in UTF-8 (line 1). Save it in that encoding."
            + System.lineSeparator();
    for (String command : List.of("sql", "shell")) {
      assertThat(read(script.getBytes(UTF_16LE), command))
          .isEqualTo(new Ended(1, "", "whatif " + command + ": " + refusal));
    }
  }

  /** The letter that stands for lost ones is a letter like any other where it was written. */
  @Test
  void theReplacementCharacterMayBeMeant() throws Exception {
    String script = "SELECT length('\ufffd\u00fc') AS letters;\n";
    for (String command : List.of("sql", "shell")) {
      assertThat(typed(script, command)).isEqualTo(new Ended(0, "letters\n-------\n      2\n", ""));
    }
  }

  private static void assertOneLine(Ended ended, String end) {
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.errors().lines())
        .singleElement()
        .asString()
        .startsWith("whatif sql: ")
        .endsWith(end);
  }

  @Test
  void theShellTellsMistakesAndWarningsAndGoesOn() throws Exception {
    String script =
        """
        SELECT nowhere
        FROM range(1) AS t(a);
        CREATE TABLE t AS SELECT i % 7 AS x, i % 2 AS d, i % 7 + i % 2 AS y FROM range(300) r(i);
        FROM dml_summary(TABLE t, outcome => 'y',
          treatment => 'e');
        SELECT verdict FROM cate_fit(t, model => 'm', outcome => 'y', treatment => 'd', features => 'x', reps => 1);
        CREATE VIEW v AS SELECT cate_effect('m') FROM t;
        !tables
        SELECT 'still here';
        """;
    Ended ended = typed(script, "shell");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.out()).contains("verdict", "still here");
    assertThat(ended.errors())
        .contains("whatif shell: !tables works only at a terminal. Write SQL.")
        .contains("Referenced column \"nowhere\" not found in FROM clause!")
        .contains("dml_summary: treatment => 'e': the relation has no such column.")
        .contains("(line 5, column 16)")
        .contains("cate_publish('model') makes macros that need no Whatif.")
        .doesNotContain("Statement was closed")
        .doesNotContain("org.jline")
        .doesNotContain("%");
  }

  @Test
  void theShellPrintsAsSqlDoesWhereNobodyTypes() throws Exception {
    String script =
        """
        CREATE TABLE t AS SELECT i % 7 AS x, i % 2 AS d, i % 7 + i % 2 AS y FROM range(300) r(i); -- rows
        FROM dml_summary(TABLE t, outcome => 'y', treatment => 'd', controls => 'x', reps => 1);
        SELECT '[ \\ {' AS open, $$it's
        ;$$ AS lines; SELECT 2
          AS last""";
    Ended piped = typed(script, "shell");
    assertThat(piped.status()).isZero();
    assertThat(piped.out()).contains("std_error ", "[ \\ {", "last");
    assertThat(piped).isEqualTo(typed(script, "sql"));
  }

  /** Unbound, DuckDB would hold as many row groups of a file as its memory limit lets it. */
  @Test
  void aFileIsReadAheadByOneRowGroupAThread() throws Exception {
    String depth = "SELECT 'ahead: ' || current_setting('read_ahead_depth') AS ahead";
    String expected = "ahead: " + Runtime.getRuntime().availableProcessors();
    assertThat(whatif("sql", "-c", depth).out()).contains(expected);
    assertThat(typed(depth + ";\n", "shell").out()).contains(expected);
  }

  @Test
  void helpNamesTheCommands() throws Exception {
    Ended ended = whatif("--help");
    assertThat(ended.status()).isZero();
    assertThat(ended.out()).contains("sql", "shell", "demo");
  }

  @Test
  void helpOfStatementsNamesTheirOptionsInOrder() throws Exception {
    assertThat(whatif("sql", "--help"))
        .isEqualTo(
            new Ended(
                0,
                """
                Usage: whatif sql [-hV] [--db=FILE] [--format=FORMAT] [-c=SQL]... [FILE.sql]
                Run SQL statements in order and print their results.
                      [FILE.sql]        A file of statements; - is standard input.
                      --db=FILE         The DuckDB file to work in; a database in memory if
                                          left out.
                      --format=FORMAT   table, csv or json; table if left out.
                  -c=SQL                Statements to run before those of the file; may be
                                          repeated.
                  -h, --help            Show this help message and exit.
                  -V, --version         Print version information and exit.
                """,
                ""));
    Ended wrong = whatif("sql", "--format", "x");
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.errors())
        .startsWith(
            "Invalid value for option '--format': expected one of [TABLE, CSV, JSON] (case-insensitive) but was 'x'");
  }
}
