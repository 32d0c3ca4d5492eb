/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.duckdb.Errors;
import io.whatif.planner.Planner;
import io.whatif.planner.jdbc.DirectConnection;
import io.whatif.planner.jdbc.ReadAhead;
import io.whatif.planner.jdbc.WhatifDriver;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code whatif sql}: statements in, results out. */
final class SqlCommand implements Callable<Integer> {
  /** What standard input is called where something is wrong with it. */
  static final String STANDARD_INPUT = "standard input";

  private final OptionSpec database =
      OptionSpec.builder("--db")
          .type(String.class)
          .paramLabel("FILE")
          .description("The DuckDB file to work in; a database in memory if left out.")
          .build();

  private final OptionSpec format =
      OptionSpec.builder("--format")
          .type(Format.class)
          .paramLabel("FORMAT")
          .defaultValue("table")
          .description("table, csv or json; table if left out.")
          .build();

  private final OptionSpec commands =
      OptionSpec.builder("-c")
          .type(String[].class) // for a list picocli would look for Groovy, in every jar
          .paramLabel("SQL")
          .description("Statements to run before those of the file; may be repeated.")
          .build();

  private final PositionalParamSpec file =
      PositionalParamSpec.builder()
          .type(String.class)
          .arity("0..1")
          .paramLabel("FILE.sql")
          .description("A file of statements; - is standard input.")
          .build();

  private SqlCommand() {}

  /** The command with its options, for one command line. */
  static CommandSpec spec() {
    SqlCommand command = new SqlCommand();
    CommandSpec spec =
        PlainCommand.spec(
            "sql",
            command,
            "Run SQL statements in order and print their results.",
            command.database,
            command.format,
            command.commands,
            command.file);
    spec.usageMessage().sortOptions(false);
    return spec;
  }

  @Override
  public Integer call() throws IOException {
    PrintStream out = out();
    String[] given = commands.getValue();
    List<String> statements = given == null ? List.of() : List.of(given);
    String script = file.getValue() == null && given == null ? "-" : file.getValue();
    if (script != null) {
      Planner.warmUp(); // what a file has is not known; what the command line has is planned ahead
    }
    try (DirectConnection connection = open(database.getValue(), Terminal.readsErrors())) {
      SqlRunner runner = new SqlRunner(connection, out, format.getValue());
      for (String statement : statements) {
        runner.run(statement);
      }
      if (script != null) {
        runner.run(read(script));
      }
      return 0;
    } catch (SQLException e) {
      out.flush();
      System.err.println(Errors.clean(e));
      return 1;
    } catch (NoSuchFileException e) {
      System.err.println("whatif sql: there is no file " + e.getMessage());
      return 1;
    } finally {
      out.flush();
    }
  }

  /** Standard output as results are written to it, in large pieces. */
  static PrintStream out() {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
        false,
        StandardCharsets.UTF_8);
  }

  private static String read(String file) throws IOException {
    if (file.equals("-")) {
      return Utf8Text.of(System.in.readAllBytes(), STANDARD_INPUT, 0);
    }
    Path path = Path.of(file);
    if (Files.isDirectory(path)) {
      throw new IOException(file + " is a folder. Name a file of statements.");
    }
    try {
      return Utf8Text.of(Files.readAllBytes(path), file, 0);
    } catch (AccessDeniedException e) {
      throw new IOException(file + " may not be read.", e);
    }
  }

  /** Opens a database as one command needs it. */
  static DirectConnection open(@Nullable String database, boolean progress) throws SQLException {
    String url = WhatifDriver.PREFIX + (database == null ? "" : database);
    Properties properties = new Properties();
    properties.setProperty(WhatifDriver.PROGRESS, Boolean.toString(progress));
    properties.setProperty(ReadAhead.SETTING, ReadAhead.depth());
    return DirectConnection.open(url, properties);
  }
}
