/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code whatif}. */
@Command(
    name = "whatif",
    mixinStandardHelpOptions = true,
    version = "whatif 0.1.0",
    description = "Causal questions in SQL, answered where the data lies.",
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
  @Spec private @org.jspecify.annotations.Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(System.out);
    }
  }

  /** The command line, its subcommands made when they are asked for. */
  static CommandLine commandLine(String[] arguments) {
    CommandLine line = new CommandLine(new Main());
    String first = arguments.length == 0 ? "" : arguments[0];
    boolean all = !first.equals("sql");
    line.addSubcommand(new SqlCommand());
    if (all) {
      line.addSubcommand(new ShellCommand());
      line.addSubcommand(new DemoCommand());
    }
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  public static void main(String[] arguments) {
    int status = commandLine(arguments).execute(arguments);
    System.exit(status);
  }
}
