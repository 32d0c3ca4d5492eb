/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.planner.sql.Keywords.Word;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Files that statements name. DuckDB lets a database without external access still reach its own
 * file, its log and its temporary folder; so that no statement overwrites those, a file that is
 * copied must lie in a folder that was allowed, and be named by a string.
 */
final class FileCopies {
  /** Functions that read files; others may be given a path as a text. */
  private static final Pattern READING =
      Pattern.compile("read_.*|.*_scan|parquet_.*|sniff_.*|glob|.*open.*");

  private static final Pattern SCHEME = Pattern.compile("(?i)^file:(//(localhost)?)?(?=/)");

  private FileCopies() {}

  /** Throws if the COPY that begins at {@code copy} is to or from a file that is not allowed. */
  static void check(String sql, List<Word> words, int copy, Session.Served database)
      throws WireException {
    int target = outside(words, copy + 1, "TO", "FROM") + 1;
    if (target >= words.size()) {
      return; // DuckDB is to say what is wrong with it.
    }
    boolean climbs =
        words.subList(target + 1, words.size()).stream()
            .anyMatch(word -> word.string() && word.value().contains(".."));
    // Not E'...', nor several that are one: its text is to be the path.
    boolean plain =
        sql.charAt(words.get(target).start()) == '\''
            && (target + 1 == words.size() || !words.get(target + 1).string());
    boolean sent = isSent(words.get(target));
    if (!sent && (climbs || !plain || !isAllowed(words.get(target), database))) {
      throw new WireException(
          Report.error(
                  SqlState.INSUFFICIENT_PRIVILEGE, "COPY of this file is disabled by configuration")
              .hint(
                  "COPY ... TO STDOUT and FROM STDIN need no file; whatif serve --allow-dir allows a folder."));
    }
  }

  /** Throws if a literal that is read as a file names one of the database's own. */
  static void checkReading(List<Word> words, Session.Served database) throws WireException {
    boolean reads = false;
    for (int i = 0; i < words.size(); i++) {
      Word word = words.get(i);
      reads |= !word.string() && READING.matcher(word.value().toLowerCase(Locale.ROOT)).matches();
      String before = i == 0 ? "" : words.get(i - 1).keyword();
      boolean relation =
          before.equals("FROM") || before.equals("JOIN") || before.equals("DESCRIBE");
      boolean named = word.string() || (relation && word.keyword().isEmpty());
      if (named && (reads || relation) && isOwn(word.value(), database)) {
        throw new WireException(
            Report.error(
                SqlState.INSUFFICIENT_PRIVILEGE,
                "reading the database's own files is disabled by configuration"));
      }
    }
  }

  /** What a literal holds that names one of the database's own files. */
  static String name(Session.Served database) {
    return String.valueOf(database.file().getFileName());
  }

  private static boolean isOwn(String literal, Session.Served database) {
    try {
      Path path = Path.of(SCHEME.matcher(literal).replaceFirst("")).toAbsolutePath().normalize();
      Path name = path.getFileName();
      Path folder = path.getParent();
      if (name == null || folder == null) {
        return false;
      }
      Path real = Files.isDirectory(folder) ? folder.toRealPath().resolve(name) : path;
      return isFileOf(database.file(), real) || isFileOf(database.file(), path);
    } catch (InvalidPathException | IOException noPath) {
      return false;
    }
  }

  /** Whether a path is the database's, its log's or in its temporary folder. */
  private static boolean isFileOf(Path database, Path path) {
    String own = database.toString();
    return path.equals(database) || path.toString().startsWith(own + ".");
  }

  /** The index of the first of two keywords outside of brackets, or the number of words. */
  private static int outside(List<Word> words, int from, String one, String other) {
    int depth = 0;
    for (int i = from; i < words.size(); i++) {
      Word word = words.get(i);
      if (!word.string() && word.value().equals("(")) {
        depth++;
      } else if (!word.string() && word.value().equals(")")) {
        depth--;
      } else if (depth == 0 && (word.keyword().equals(one) || word.keyword().equals(other))) {
        return i;
      }
    }
    return words.size();
  }

  private static boolean isSent(Word target) {
    return target.keyword().equals("STDIN") || target.keyword().equals("STDOUT");
  }

  private static boolean isAllowed(Word target, Session.Served database) {
    if (!target.string()) {
      return false;
    }
    try {
      Path path = Path.of(target.value()).toAbsolutePath().normalize();
      Path name = path.getFileName();
      Path folder = path.getParent();
      if (name == null || folder == null || isOwn(target.value(), database)) {
        return false;
      }
      // A link leads where it leads, also where nothing is yet.
      Path file = folder.toRealPath().resolve(name);
      Path real = Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? file.toRealPath() : file;
      return !isFileOf(database.file(), real)
          && database.folders().stream().anyMatch(real::startsWith);
    } catch (InvalidPathException | IOException notThere) {
      return false;
    }
  }
}
