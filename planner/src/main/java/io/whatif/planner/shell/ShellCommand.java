/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.planner.jdbc.WhatifDriver;
import java.io.File;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import sqlline.SqlLine;

/** {@code whatif shell}: an interactive prompt with history and completion. */
@Command(
    name = "shell",
    mixinStandardHelpOptions = true,
    description = "Ask questions at a prompt; !help lists its commands.")
final class ShellCommand implements Callable<Integer> {
  /** Beyond so many characters a line of a table is cut, where somebody sits at a terminal. */
  private static final int TYPED_WIDTH = 160;

  /** No line is as wide as that: what a script or a file reads lacks no columns. */
  private static final int PIPED_WIDTH = 1 << 30;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The DuckDB file to work in; a database in memory if left out.")
  private @Nullable String database;

  /** What reads keys says where there is no terminal, which piped input knows. */
  private static final Logger KEYS = Logger.getLogger("org.jline");

  @Override
  public Integer call() throws IOException {
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
      "--maxWidth=" + (Terminal.typesInput() ? TYPED_WIDTH : PIPED_WIDTH)
    };
    SqlLine shell = new SqlLine();
    SqlLine.Status status = shell.begin(arguments, null, true);
    return status == SqlLine.Status.OK ? 0 : 1;
  }
}
