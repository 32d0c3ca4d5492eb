/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.copy;

import io.whatif.planner.sql.Keywords;
import io.whatif.planner.sql.Keywords.Word;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code COPY t FROM STDIN} or {@code COPY t TO STDOUT}.
 *
 * @param in whether rows come from the client
 * @param source the table as it is written, with its schema; or a query in brackets
 * @param columns as they are written; empty for all
 */
public record CopyStatement(boolean in, String source, List<String> columns, CopyFormat format) {

  /**
   * Reads a statement; empty if it copies to or from a file, which DuckDB may answer.
   *
   * @throws WireException if an option is not known
   */
  public static Optional<CopyStatement> of(String sql) throws WireException {
    return new Reader(sql).read();
  }

  /** A query for what it copies, or for the columns that it fills. */
  public String query() {
    return source.startsWith("(")
        ? "FROM " + source
        : "SELECT %s FROM %s".formatted(columns.isEmpty() ? "*" : list(), source);
  }

  /** The columns, for SQL. */
  public String list() {
    return String.join(", ", columns);
  }

  private static final class Reader {
    private final String sql;
    private final List<Word> words;
    private int at = 1;

    Reader(String sql) {
      this.sql = sql;
      this.words = Keywords.words(sql);
    }

    private String keyword() {
      return at < words.size() ? words.get(at).keyword() : "";
    }

    private boolean take(String keyword) {
      boolean there = keyword().equals(keyword);
      at += there ? 1 : 0;
      return there;
    }

    private boolean takeSymbol(String symbol) {
      boolean there =
          at < words.size() && !words.get(at).string() && words.get(at).value().equals(symbol);
      at += there ? 1 : 0;
      return there;
    }

    Optional<CopyStatement> read() throws WireException {
      take("BINARY");
      String source = source();
      List<String> columns = columns();
      boolean in = keyword().equals("FROM");
      at++;
      if (!take("STDIN") && !take("STDOUT")) {
        return Optional.empty();
      }
      return Optional.of(new CopyStatement(in, source, columns, format()));
    }

    /** A query in brackets, or a name with its schema. */
    private String source() {
      int start = at;
      if (takeSymbol("(")) {
        skipBrackets();
        return text(start, at);
      }
      at++;
      while (takeSymbol(".")) {
        at++;
      }
      return text(start, at);
    }

    private void skipBrackets() {
      for (int depth = 1; depth > 0 && at < words.size(); ) {
        if (takeSymbol("(")) {
          depth++;
        } else if (takeSymbol(")")) {
          depth--;
        } else {
          at++;
        }
      }
    }

    private String text(int from, int to) {
      int last = Math.min(to, words.size()) - 1;
      return from > last ? "" : sql.substring(words.get(from).start(), words.get(last).end());
    }

    private List<String> columns() {
      List<String> columns = new ArrayList<>();
      if (takeSymbol("(")) {
        while (at < words.size() && !takeSymbol(")")) {
          columns.add(text(at, at + 1));
          at++;
          takeSymbol(",");
        }
      }
      return columns;
    }

    /** Options in brackets, or in the words of older clients. */
    private CopyFormat format() throws WireException {
      take("WITH");
      Map<String, String> options = new HashMap<>();
      boolean brackets = takeSymbol("(");
      while (at < words.size() && !(brackets && takeSymbol(")"))) {
        String name = keyword();
        at++;
        take("AS");
        options.put(name, value(name, brackets));
        takeSymbol(",");
      }
      if (at < words.size()) {
        throw refused(words.get(at).value());
      }
      return format(options);
    }

    private String value(String name, boolean brackets) throws WireException {
      switch (name) {
        case "CSV" -> {
          return "";
        }
        case "HEADER" -> {
          if (!brackets) {
            return "true";
          }
        }
        case "FORMAT", "DELIMITER", "NULL", "QUOTE", "ESCAPE", "ENCODING" -> {}
        default -> throw refused(name);
      }
      boolean ends =
          at >= words.size() || (!words.get(at).string() && ",)".contains(words.get(at).value()));
      return ends ? "true" : words.get(at++).value();
    }

    private static WireException refused(String option) {
      return new WireException(
          Report.error(
              SqlState.FEATURE_NOT_SUPPORTED,
              "COPY option \"%s\" is not supported".formatted(option.toLowerCase(Locale.ROOT))));
    }

    private static CopyFormat format(Map<String, String> options) throws WireException {
      String name = options.getOrDefault("FORMAT", "text").toLowerCase(Locale.ROOT);
      if (!name.equals("text") && !name.equals("csv")) {
        throw new WireException(
            Report.error(
                    SqlState.FEATURE_NOT_SUPPORTED,
                    "COPY format \"%s\" is not supported".formatted(name))
                .hint("There are text and csv."));
      }
      boolean csv = name.equals("csv") || options.containsKey("CSV");
      CopyFormat standard = CopyFormat.standard(csv);
      char quote = one(options, "QUOTE", standard.quote());
      return new CopyFormat(
          csv,
          switch (options.getOrDefault("HEADER", "false").toLowerCase(Locale.ROOT)) {
            case "true", "on", "1", "match" -> true;
            default -> false;
          },
          one(options, "DELIMITER", standard.delimiter()),
          options.getOrDefault("NULL", standard.nullText()),
          quote,
          one(options, "ESCAPE", csv ? quote : standard.escape()));
    }

    private static char one(Map<String, String> options, String name, char standard)
        throws WireException {
      String value = options.get(name);
      if (value == null) {
        return standard;
      }
      if (value.length() != 1) {
        throw new WireException(
            Report.error(
                SqlState.INVALID_PARAMETER_VALUE,
                "COPY %s must be a single one-byte character"
                    .formatted(name.toLowerCase(Locale.ROOT))));
      }
      return value.charAt(0);
    }
  }
}
