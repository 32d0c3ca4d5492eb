/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.command;

import picocli.CommandLine;

/** The command {@code whatif} with all its subcommands. */
public final class Main {
  private Main() {}

  /** The command line, its subcommands made when they are asked for. */
  static CommandLine commandLine(String[] arguments) {
    CommandLine line = io.whatif.planner.shell.Main.commandLine(arguments);
    if (!io.whatif.planner.shell.Main.asksForSql(arguments)) {
      line.addSubcommand(new ServeCommand());
      line.addSubcommand(new UserCommand());
    }
    return line;
  }

  public static void main(String[] arguments) throws InterruptedException {
    System.exit(io.whatif.planner.shell.Main.run(Main::commandLine, arguments));
  }
}
