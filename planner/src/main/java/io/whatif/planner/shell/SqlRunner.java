/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.duckdb.Errors;
import io.whatif.planner.jdbc.DirectConnection;
import io.whatif.planner.jdbc.StatementException;
import io.whatif.planner.sql.CausalStatement;
import io.whatif.planner.sql.Script;
import io.whatif.planner.sql.SourcePosition;
import java.io.PrintStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs scripts on a connection and writes their results; each warning is told once. */
final class SqlRunner {
  private static final Pattern HINT = Pattern.compile("Did you mean [^?]*\\?");

  private final DirectConnection connection;
  private final PrintStream out;
  private final PrintStream errors;
  private final Format format;
  private final Set<String> warned = new HashSet<>();
  private int results;

  /** A runner whose warnings go to standard error. */
  SqlRunner(DirectConnection connection, PrintStream out, Format format) {
    this(connection, out, System.err, format);
  }

  SqlRunner(DirectConnection connection, PrintStream out, PrintStream errors, Format format) {
    this.connection = connection;
    this.out = out;
    this.errors = errors;
    this.format = format;
  }

  /**
   * Runs the statements of {@code script} in order; a failure ends it, and is told in one line with
   * its place in the script.
   */
  void run(String script) throws SQLException {
    for (Script.Part part : Script.parts(script)) {
      run(script, part, 0);
    }
  }

  /**
   * Runs the statements of {@code script} in order; a failure is told as {@link #run}'s would be,
   * and those behind it are run nevertheless.
   *
   * @param before lines of the user's text that stand before the script
   * @return whether none failed
   */
  boolean runEach(String script, int before) {
    boolean well = true;
    for (Script.Part part : Script.parts(script)) {
      try {
        run(script, part, before);
      } catch (SQLException e) {
        tell(Errors.clean(e));
        well = false;
      }
    }
    return well;
  }

  /** Writes a message behind all results so far. */
  void tell(String message) {
    out.flush();
    errors.println(message);
  }

  private void run(String script, Script.Part part, int before) throws SQLException {
    try {
      for (String warning : statement(part.text())) {
        if (warned.add(warning)) {
          errors.println("Warning: " + warning + " " + part.place(script).below(before));
        }
      }
    } catch (SQLException e) {
      throw told(e, script, part, before);
    }
  }

  /** The failure in one line; where the mistake has no place, with that of its statement. */
  private static SQLException told(SQLException e, String script, Script.Part part, int before) {
    String message = String.valueOf(e.getMessage());
    boolean ours = e instanceof StatementException;
    Optional<SourcePosition> position =
        ours
            ? ((StatementException) e).position()
            : SourcePosition.ofDuckDb(part.text(), part.text(), message);
    List<String> lines = Errors.lines(message);
    List<String> kept = new ArrayList<>();
    kept.add(ours ? ((StatementException) e).firstLine() : lines.isEmpty() ? "" : lines.get(0));
    Matcher hint = HINT.matcher(String.join(" ", lines));
    if (!kept.get(0).contains("Did you mean") && hint.find()) {
      kept.add(hint.group());
    }
    SourcePosition place =
        position.map(p -> p.within(script, part.offset())).orElseGet(() -> part.place(script));
    kept.add(place.below(before).toString());
    return new SQLException(String.join(" ", kept), e.getSQLState(), e.getErrorCode(), e);
  }

  /** Runs one statement, and gives its warnings; one without a result writes nothing. */
  private List<String> statement(String sql) throws SQLException {
    List<String> warnings =
        connection.run(
            sql,
            rows -> {
              if (!isCount(sql, rows)) {
                format.write(rows, out, results++);
              }
            });
    out.flush();
    return warnings;
  }

  /** Whether DuckDB only counts the rows a change touched. */
  private static boolean isCount(String sql, ResultSet rows) throws SQLException {
    String word = sql.split("\\W", 2)[0].toUpperCase(Locale.ROOT);
    boolean changes =
        switch (word) {
          case "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "COPY" -> true;
          case "WITH" -> !CausalStatement.of(sql).kind().isQuery();
          default -> false;
        };
    return changes
        && rows.getMetaData().getColumnCount() == 1
        && rows.getMetaData().getColumnLabel(1).equals("Count");
  }
}
