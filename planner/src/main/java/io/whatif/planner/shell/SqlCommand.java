/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.duckdb.Errors;
import io.whatif.planner.jdbc.WhatifDriver;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whatif sql}: statements in, results out. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Run SQL statements in order and print their results.")
final class SqlCommand implements Callable<Integer> {
  @Option(
      names = "--db",
      paramLabel = "FILE",
      description = "The DuckDB file to work in; a database in memory if left out.")
  private @Nullable String database;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table, csv or json; table if left out.")
  private Format format = Format.TABLE;

  @Option(
      names = "-c",
      paramLabel = "SQL",
      description = "Statements to run before those of the file; may be repeated.")
  private List<String> commands = new ArrayList<>();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE.sql",
      description = "A file of statements; - is standard input.")
  private @Nullable String file;

  @Override
  public Integer call() throws IOException {
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
            false,
            StandardCharsets.UTF_8);
    try (Connection connection = open(database, Terminal.readsErrors())) {
      SqlRunner runner = new SqlRunner(connection, out, format);
      for (String command : commands) {
        runner.run(command);
      }
      if (file != null) {
        runner.run(read(file));
      } else if (commands.isEmpty()) {
        runner.run(read("-"));
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

  private static String read(String file) throws IOException {
    if (file.equals("-")) {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Path path = Path.of(file);
    if (Files.isDirectory(path)) {
      throw new IOException(file + " is a folder. Name a file of statements.");
    }
    try {
      return Files.readString(path);
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is not text in UTF-8. Save it in that encoding.", e);
    } catch (AccessDeniedException e) {
      throw new IOException(file + " may not be read.", e);
    }
  }

  /** Opens a database without {@code DriverManager}, which would look for every driver. */
  static Connection open(@Nullable String database, boolean progress) throws SQLException {
    String url = WhatifDriver.PREFIX + (database == null ? "" : database);
    Properties properties = new Properties();
    properties.setProperty(WhatifDriver.PROGRESS, Boolean.toString(progress));
    Connection connection = new WhatifDriver().connect(url, properties);
    if (connection == null) {
      throw new IllegalStateException("the driver does not take its own URL " + url);
    }
    return connection;
  }
}
