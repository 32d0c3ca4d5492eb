/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** The statements of {@code statements.sql}: DuckDB's dialect, a feature each. */
final class DialectStatements {
  private static final Pattern HEAD = Pattern.compile("^-- # ", Pattern.MULTILINE);

  private DialectStatements() {}

  /** A statement and what it shows. */
  record Shown(String feature, String sql) {
    @Override
    public String toString() {
      return feature;
    }
  }

  /** All of them, in the order in which they build on each other. */
  static List<Shown> all(Path folder) {
    List<Shown> all = new ArrayList<>();
    String[] parts = HEAD.split(text(), -1);
    for (int i = 1; i < parts.length; i++) {
      int end = parts[i].indexOf('\n');
      String sql = parts[i].substring(end + 1).strip().replace("{folder}", folder.toString());
      all.add(new Shown(parts[i].substring(0, end).strip(), sql));
    }
    return all;
  }

  private static String text() {
    try (InputStream file =
        Objects.requireNonNull(DialectStatements.class.getResourceAsStream("statements.sql"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
