/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * {@code FILE.whatif-server}: which process serves a database, and where. DuckDB lets one process
 * write a file, so others are told to connect to it.
 *
 * @param host that it listens on
 * @param process its number
 */
public record ServerFile(String host, int port, long process) {
  private static final String SUFFIX = ".whatif-server";

  /** Where the file of a database lies. */
  public static Path of(Path database) {
    Path absolute = database.toAbsolutePath();
    return absolute.resolveSibling(absolute.getFileName() + SUFFIX);
  }

  /** The server of a database, if one runs: what a dead process left does not count. */
  public static Optional<ServerFile> find(Path database) {
    Path file = of(database);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      List<String> lines = Files.readAllLines(file);
      ServerFile server =
          new ServerFile(
              lines.get(0), Integer.parseInt(lines.get(1)), Long.parseLong(lines.get(2)));
      return ProcessHandle.of(server.process()).map(ProcessHandle::isAlive).orElse(false)
          ? Optional.of(server)
          : Optional.empty();
    } catch (IOException | RuntimeException unreadable) { // As good as none.
      return Optional.empty();
    }
  }

  /** Writes it beside the database. */
  public void write(Path database) throws IOException {
    Path file = of(database);
    Path folder = file.getParent();
    Path fresh = Files.createTempFile(folder, String.valueOf(file.getFileName()), ".new");
    Files.writeString(fresh, "%s%n%d%n%d%n".formatted(host, port, process), StandardCharsets.UTF_8);
    if (Files.getFileStore(fresh).supportsFileAttributeView("posix")) { // All are to read it.
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
    }
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes it, if it is still this one. */
  public void remove(Path database) throws IOException {
    if (find(database).filter(this::equals).isPresent()) {
      Files.deleteIfExists(of(database));
    }
  }

  /** How to reach it. */
  String command() {
    String at = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    return "psql -h %s -p %d".formatted(at, port);
  }
}
