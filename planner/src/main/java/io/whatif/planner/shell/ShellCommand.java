/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.planner.Planner;
import io.whatif.planner.jdbc.DirectConnection;
import io.whatif.planner.jdbc.WhatifDriver;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import sqlline.SqlLine;

/**
 * {@code whatif shell}: an interactive prompt with history and completion. Statements that come by
 * a pipe or from a file are run and printed as {@code whatif sql} does it, each once its line ends.
 */
@Command(
    name = "shell",
    mixinStandardHelpOptions = true,
    description = "Ask questions at a prompt; !help lists its commands.")
final class ShellCommand implements Callable<Integer> {
  /** Beyond so many characters a line of a table is cut. */
  private static final int WIDTH = 160;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The DuckDB file to work in; a database in memory if left out.")
  private @Nullable String database;

  /** What reads keys says where there is no terminal, as with no input at all. */
  private static final Logger KEYS = Logger.getLogger("org.jline");

  @Override
  public Integer call() throws IOException, SQLException {
    return Terminal.readsPipe() ? piped() : typed();
  }

  private int piped() throws IOException, SQLException {
    PrintStream out = SqlCommand.out();
    Planner.warmUp();
    try (DirectConnection connection = SqlCommand.open(database, Terminal.readsErrors())) {
      SqlRunner runner = new SqlRunner(connection, out, Format.TABLE);
      return new PipedStatements(runner, System.in).run() ? 0 : 1;
    } finally {
      out.flush();
    }
  }

  /** Settings at the opening, as for piped input, would not let SqlLine connect again. */
  private int typed() throws IOException {
    KEYS.setLevel(Level.SEVERE);
    String url =
        WhatifDriver.PREFIX
            + (database == null ? "" : database)
            + ";whatif_excerpts=true;whatif_progress="
            + Terminal.readsErrors();
    File history = new File(System.getProperty("user.home", "."), ".whatif_history");
    String[] arguments = {
      "-u",
      url,
      "-n",
      "",
      "-p",
      "",
      "-d",
      WhatifDriver.class.getName(),
      "--historyFile=" + history,
      "--prompt=whatif> ",
      "--isolation=TRANSACTION_REPEATABLE_READ",
      "--showElapsedTime=true",
      "--maxWidth=" + WIDTH
    };
    SqlLine shell = new SqlLine();
    SqlLine.Status status = shell.begin(arguments, null, true);
    return status == SqlLine.Status.OK ? 0 : 1;
  }
}
