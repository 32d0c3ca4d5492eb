/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** DuckDB's refusal of a file that another process holds, told as what to do. */
final class LockedFile {
  private static final String LOCKED = "Could not set lock on file";
  private static final Pattern HOLDER =
      Pattern.compile("Conflicting lock is held in (.+?) \\(PID (\\d+)\\)");

  /** SQLSTATE: the object is in use. */
  private static final String IN_USE = "55006";

  private LockedFile() {}

  /** What to tell in the place of {@code refused}. */
  static SQLException told(String file, SQLException refused) {
    String message = String.valueOf(refused.getMessage());
    if (!message.contains(LOCKED)) {
      return refused;
    }
    return new SQLException(
        server(file)
            .map(
                server ->
                    "%s is served by process %d, and DuckDB lets one process write it. Connect to it: %s"
                        .formatted(file, server.process(), server.command()))
            .orElseGet(() -> file + " " + holder(message)),
        IN_USE,
        refused);
  }

  private static Optional<ServerFile> server(String file) {
    try {
      return ServerFile.find(Path.of(file));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static String holder(String message) {
    Matcher holder = HOLDER.matcher(message);
    String by =
        holder.find()
            ? "process %s (%s)".formatted(holder.group(2), holder.group(1))
            : "another process";
    return "is open in %s, and DuckDB lets one process write it. End that one, or let it serve: whatif serve --db FILE"
        .formatted(by);
  }
}
