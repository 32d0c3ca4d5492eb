/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A relation as a user names it in a string: a query, a table, or a file. */
public final class RelationText {
  private static final Set<String> QUERY_WORDS =
      Set.of(
          "select",
          "from",
          "with",
          "values",
          "table",
          "pivot",
          "unpivot",
          "summarize",
          "describe",
          "show");
  private static final Set<String> FILE_ENDINGS =
      Set.of("csv", "tsv", "parquet", "json", "jsonl", "ndjson", "gz", "zst");

  /** A comment after the last semicolon; without quotes, so that it is no part of a string. */
  private static final Pattern LAST_COMMENT = Pattern.compile(";\\s*(--[^\n'\"]*\\s*)+$");

  private RelationText() {}

  /**
   * The query that reads {@code relation}: the text itself if it is a query, else {@code FROM} the
   * table of that (possibly qualified) name, or the file of that path.
   */
  public static String query(String relation) {
    String text = LAST_COMMENT.matcher(relation).replaceFirst(";").strip();
    while (text.endsWith(";")) {
      text = text.substring(0, text.length() - 1).stripTrailing();
    }
    if (text.isEmpty()) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          "relation => '': is empty. Name a table, or give a query such as 'FROM t'.");
    }
    if (isQuery(text)) {
      return text;
    }
    if (isFile(text)) {
      return "FROM " + SqlText.literal(text);
    }
    if (text.endsWith(")")) {
      return "FROM " + text;
    }
    return "FROM " + String.join(".", parts(text).stream().map(SqlText::quote).toList());
  }

  private static boolean isQuery(String text) {
    if (text.startsWith("(") || text.startsWith("--") || text.startsWith("/*")) {
      return true;
    }
    int end = 0;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    boolean more =
        end < text.length()
            && (Character.isWhitespace(text.charAt(end)) || "(\"'*".indexOf(text.charAt(end)) >= 0);
    return more && beginsQuery(text.substring(0, end));
  }

  /** Whether a relation that begins with {@code word} is a query. */
  public static boolean beginsQuery(String word) {
    return QUERY_WORDS.contains(word.toLowerCase(Locale.ROOT));
  }

  private static boolean isFile(String text) {
    int dot = text.lastIndexOf('.');
    return dot > 0
        && !text.endsWith("\"")
        && FILE_ENDINGS.contains(text.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /** The parts of a dotted name; a part in double quotes may hold dots. */
  private static List<String> parts(String name) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '"') {
        boolean doubled = quoted && i + 1 < name.length() && name.charAt(i + 1) == '"';
        if (doubled) {
          part.append(c);
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == '.' && !quoted) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    return parts;
  }
}
