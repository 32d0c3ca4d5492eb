/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The command {@code whatif}: without a subcommand, its usage. */
public final class Main implements Runnable {
  static final long STACK_BYTES = 64L << 20;

  private final CommandSpec spec;

  private Main() {
    spec =
        PlainCommand.spec("whatif", this, "Causal questions in SQL, answered where the data lies.");
    spec.version("whatif 0.1.0").usageMessage().synopsisSubcommandLabel("COMMAND");
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  /** Whether the arguments ask for one command that must start quickly, so no other is made. */
  public static boolean asksForSql(String[] arguments) {
    return arguments.length > 0 && arguments[0].equals("sql");
  }

  /** The command line, its subcommands made when they are asked for. */
  public static CommandLine commandLine(String[] arguments) {
    CommandLine line = PlainCommand.line(new Main().spec);
    line.addSubcommand(PlainCommand.line(SqlCommand.spec()));
    if (!asksForSql(arguments)) {
      line.addSubcommand(new ShellCommand());
      line.addSubcommand(new DemoCommand());
    }
    line.setExecutionExceptionHandler(new ToldFailure());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  /**
   * Makes the command line and runs a command on a thread of a large stack: DuckDB binds a
   * statement on the thread that asks, and where the statement is deep it would end the process.
   */
  public static int run(Function<String[], CommandLine> commands, String[] arguments)
      throws InterruptedException {
    if (asksForSql(arguments)) {
      HeadStart.begin(arguments);
    }
    CommandLine line = commands.apply(arguments);
    AtomicInteger status = new AtomicInteger(1);
    Thread thread =
        new Thread(null, () -> status.set(line.execute(arguments)), "whatif", STACK_BYTES);
    thread.start();
    thread.join();
    return status.get();
  }

  public static void main(String[] arguments) throws InterruptedException {
    System.exit(run(Main::commandLine, arguments));
  }
}
