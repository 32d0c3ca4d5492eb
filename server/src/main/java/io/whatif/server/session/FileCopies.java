/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.planner.sql.Keywords;
import io.whatif.planner.sql.Keywords.Word;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * COPY to and from files. DuckDB lets a database without external access still reach its own file,
 * its log and its temporary folder; so that no statement overwrites those, a file that is copied
 * must lie in a folder that was allowed, and be named by a string.
 */
final class FileCopies {
  private FileCopies() {}

  /** Throws if the statement copies to or from another file. */
  static void check(String sql, List<Path> folders) throws WireException {
    if (!sql.toUpperCase(Locale.ROOT).contains("COPY")) {
      return;
    }
    List<Word> words = Keywords.words(sql);
    String first = words.isEmpty() ? "" : words.get(0).keyword();
    boolean mayCopy = first.equals("COPY") || first.equals("EXPLAIN") || first.equals("PREPARE");
    int copy = mayCopy ? outside(words, 0, "COPY", "COPY") : words.size();
    int target = outside(words, copy, "TO", "FROM") + 1;
    if (copy == words.size()
        || isAllowed(target < words.size() ? words.get(target) : null, folders)) {
      return;
    }
    throw new WireException(
        Report.error(
                SqlState.INSUFFICIENT_PRIVILEGE, "COPY of this file is disabled by configuration")
            .hint(
                "COPY ... TO STDOUT and FROM STDIN need no file; whatif serve --allow-dir allows a folder."));
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

  private static boolean isAllowed(@Nullable Word target, List<Path> folders) {
    if (target == null) {
      return true; // DuckDB is to say what is wrong with it.
    }
    if (!target.string()) {
      return target.keyword().equals("STDIN") || target.keyword().equals("STDOUT");
    }
    try {
      Path folder = Path.of(target.value()).toAbsolutePath().normalize().getParent();
      return folder != null && folders.stream().anyMatch(isAround(folder.toRealPath()));
    } catch (InvalidPathException | IOException notThere) {
      return false;
    }
  }

  private static Predicate<Path> isAround(Path folder) {
    return allowed -> folder.startsWith(allowed);
  }
}
