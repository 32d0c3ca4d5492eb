/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command declared by calls. Picocli reads annotations by classes that the JVM makes at run time,
 * a tenth of a second at each start, so {@code whatif} and {@code whatif sql} have none.
 */
final class PlainCommand {
  private PlainCommand() {}

  /** A command with these options, and those for help and version that picocli's have. */
  static CommandSpec spec(String name, Object command, String description, ArgSpec... options) {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(command, new LateFactory()).name(name);
    spec.usageMessage().description(description);
    for (ArgSpec option : options) {
      spec.add(option);
    }
    return spec.addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help message and exit.")
                .build())
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print version information and exit.")
                .build());
  }

  /** A command line of a command made here. */
  static CommandLine line(CommandSpec spec) {
    return new CommandLine(spec, new LateFactory());
  }

  /**
   * Picocli's own factory, once it is needed. It looks for Groovy when it is made, and so opens
   * every jar.
   */
  private static final class LateFactory implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> kind) throws Exception {
      return CommandLine.defaultFactory().create(kind);
    }
  }
}
