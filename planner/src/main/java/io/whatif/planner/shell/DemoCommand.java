/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.duckdb.Errors;
import io.whatif.planner.Planner;
import io.whatif.planner.jdbc.DirectConnection;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code whatif demo}: runs a script in a database in memory and prints what it says. Comment lines
 * that begin with {@code --|} are printed as text; the statements between them are run in order. A
 * line {@code -->} has the statement that follows it printed before its result. {@code ${home}} in
 * a statement is the folder Whatif is installed in.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Answer a real question on real data: did a job training raise earnings?")
final class DemoCommand implements Callable<Integer> {
  private static final String TEXT = "--|";
  private static final String SHOW = "-->";

  @Option(
      names = "--script",
      paramLabel = "FILE",
      description = "The script to run; sql-examples/demo.sql if left out.")
  private Path script = Path.of(System.getProperty("whatif.home", "."), "sql-examples", "demo.sql");

  @Override
  public Integer call() throws IOException {
    if (!Files.isRegularFile(script)) {
      System.err.println("whatif demo: there is no file " + script);
      return 1;
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Planner.warmUp();
    try (DirectConnection connection = SqlCommand.open(null, Terminal.readsErrors())) {
      run(Files.readString(script), connection, out);
      return 0;
    } catch (SQLException e) {
      System.err.println(Errors.clean(e));
      return 1;
    }
  }

  /** Prints the texts and results of a script in the order they stand. */
  static void run(String script, DirectConnection connection, PrintStream out) throws SQLException {
    StringBuilder sql = new StringBuilder();
    for (String line : script.split("\\R", -1)) {
      if (line.startsWith(TEXT)) {
        execute(sql, connection, out);
        String text = line.substring(TEXT.length());
        out.println((text.startsWith(" ") ? text.substring(1) : text).stripTrailing());
      } else {
        sql.append(line).append('\n');
      }
    }
    execute(sql, connection, out);
  }

  private static void execute(StringBuilder sql, DirectConnection connection, PrintStream out)
      throws SQLException {
    String statements = sql.toString().replace("${home}", System.getProperty("whatif.home", "."));
    sql.setLength(0);
    int mark = statements.indexOf(SHOW);
    if (mark >= 0) {
      String shown = statements.substring(mark + SHOW.length()).strip();
      shown = shown.substring(0, shown.indexOf(';') + 1);
      shown.lines().forEach(line -> out.println("    " + line));
      out.println();
    }
    new SqlRunner(connection, out, Format.TABLE).run(statements);
  }
}
