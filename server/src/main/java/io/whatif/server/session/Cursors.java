/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.planner.sql.Keywords;
import io.whatif.planner.sql.Keywords.Word;
import io.whatif.server.dialect.Reading;
import io.whatif.server.value.Column;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** DECLARE, FETCH, MOVE and CLOSE: results that are read in parts, forwards. */
final class Cursors {
  private record Cursor(Statement statement, ResultSet rows, List<Column> columns, boolean held) {}

  private final Backend backend;
  private final Map<String, Cursor> cursors = new HashMap<>();

  Cursors(Backend backend) {
    this.backend = backend;
  }

  /** Runs a statement of a cursor; a FETCH describes its rows if that is asked for. */
  void run(Command command, String sql, int offset, List<Integer> formats, boolean describe)
      throws SQLException, IOException, WireException {
    List<Word> words = Keywords.words(sql);
    switch (command.kind()) {
      case DECLARE -> declare(words, sql, offset);
      case FETCH -> fetch(command, words, formats, describe);
      default -> close(words);
    }
  }

  private void declare(List<Word> words, String sql, int offset)
      throws SQLException, IOException, WireException {
    String name = words.size() > 1 ? words.get(1).value() : "";
    int query = 2;
    boolean held = false;
    while (query < words.size() && !words.get(query).keyword().equals("FOR")) {
      held |= words.get(query).keyword().equals("HOLD");
      query++;
    }
    if (query + 1 >= words.size()) {
      throw new WireException(Report.error(SqlState.SYNTAX_ERROR, "DECLARE has no query"));
    }
    if (!backend.transaction().isBlock() && !held) {
      throw new WireException(
          Report.error(
              SqlState.NO_ACTIVE_TRANSACTION,
              "DECLARE CURSOR can only be used in transaction blocks"));
    }
    if (cursors.containsKey(name)) {
      throw new WireException(
          Report.error(SqlState.DUPLICATE_CURSOR, "cursor \"" + name + "\" already exists"));
    }
    int start = words.get(query + 1).start();
    open(name, sql.substring(start), held, offset + sql.codePointCount(0, start));
    backend.out().commandComplete("DECLARE CURSOR");
  }

  private void open(String name, String query, boolean held, int offset)
      throws SQLException, IOException, WireException {
    if (!(backend.read(query) instanceof Reading.Run run)) {
      throw new WireException(Report.error(SqlState.SYNTAX_ERROR, "DECLARE has no query"));
    }
    backend.transaction().use();
    backend.streaming().set(false); // Others run before it is read to its end.
    Statement statement = backend.connection().createStatement();
    boolean opened = false;
    try {
      boolean rows = backend.execute(statement, run.sql());
      if (!rows) {
        throw new WireException(Report.error(SqlState.SYNTAX_ERROR, "DECLARE has no query"));
      }
      ResultSet result = statement.getResultSet();
      List<Column> columns = Answer.columns(result.getMetaData(), run.columns());
      cursors.put(name, new Cursor(statement, result, columns, held));
      opened = true;
    } catch (SQLException e) {
      throw Backend.told(e, run.sql(), run.sql().equals(query) ? offset : -1);
    } finally {
      backend.running().end();
      if (!opened) {
        statement.close();
      }
    }
  }

  private Cursor cursor(String name) throws WireException {
    Cursor cursor = cursors.get(name);
    if (cursor == null) {
      throw new WireException(
          Report.error(SqlState.INVALID_CURSOR_NAME, "cursor \"" + name + "\" does not exist"));
    }
    return cursor;
  }

  /** The columns that a FETCH gives. */
  List<Column> columns(String fetch) throws WireException {
    List<Word> words = Keywords.words(fetch);
    return cursor(words.get(words.size() - 1).value()).columns();
  }

  private void fetch(Command command, List<Word> words, List<Integer> formats, boolean describe)
      throws SQLException, IOException, WireException {
    Cursor cursor = cursor(words.get(words.size() - 1).value());
    long limit = limit(words);
    long count = 0;
    if (command.acting().equals("MOVE")) {
      while ((limit == 0 || count < limit) && cursor.rows().next()) {
        count++;
      }
    } else {
      if (describe) {
        Answer.describe(cursor.columns(), formats, backend.out());
      }
      if (limit >= 0) {
        count =
            new Answer(cursor.rows(), cursor.columns(), formats, backend.zone())
                .write(backend.out(), limit, backend.running());
      }
    }
    backend.out().commandComplete(command.acting() + " " + count);
  }

  /** How many rows are asked for: 0 for all, -1 for none. */
  private static long limit(List<Word> words) throws WireException {
    for (Word word : words.subList(1, words.size() - 1)) {
      switch (word.keyword()) {
        case "ALL" -> {
          return 0;
        }
        case "NEXT", "FORWARD", "FROM", "IN" -> {}
        case "" -> {
          if (word.value().matches("\\d{1,18}")) {
            long count = Long.parseLong(word.value());
            return count == 0 ? -1 : count;
          }
          throw backwards();
        }
        default -> throw backwards();
      }
    }
    return 1;
  }

  private static WireException backwards() {
    return new WireException(
        Report.error(SqlState.FEATURE_NOT_SUPPORTED, "cursors can only go forwards here"));
  }

  private void close(List<Word> words) throws SQLException, IOException, WireException {
    Word last = words.get(words.size() - 1);
    if (last.keyword().equals("ALL")) {
      closeAll(true);
      backend.out().commandComplete("CLOSE CURSOR ALL");
      return;
    }
    cursor(last.value()).statement().close();
    cursors.remove(last.value());
    backend.out().commandComplete("CLOSE CURSOR");
  }

  /** Closes those that end with the transaction; all, if {@code held} ones end too. */
  void closeAll(boolean held) throws SQLException {
    for (Cursor cursor : List.copyOf(cursors.values())) {
      if (held || !cursor.held()) {
        cursor.statement().close();
      }
    }
    cursors.values().removeIf(cursor -> held || !cursor.held());
  }
}
