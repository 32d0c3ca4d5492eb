/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.server.type.PostgresType;
import io.whatif.server.value.Column;
import io.whatif.server.value.Parameter;
import io.whatif.server.wire.FrontendMessage.Bind;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A prepared statement with its parameters, run as far as the client has asked for. */
final class Portal {
  private final Backend backend;
  private final Prepared prepared;
  private final Bind bind;
  private final List<Integer> formats;
  private @Nullable PreparedStatement statement;
  private @Nullable ResultSet rows;
  private @Nullable Answer answer;
  private boolean run;
  private boolean usable = true;

  /** Binds the parameters of a message. */
  Portal(Backend backend, Prepared prepared, Bind bind) throws SQLException, WireException {
    this.backend = backend;
    this.prepared = prepared;
    this.formats = bind.results();
    List<Parameter> parameters = prepared.parameters();
    if (bind.values().size() != parameters.size()) {
      throw new WireException(
          Report.error(
              SqlState.PROTOCOL_VIOLATION,
              "bind message supplies %d parameters, but prepared statement \"%s\" requires %d"
                  .formatted(bind.values().size(), bind.statement(), parameters.size())));
    }
    this.bind = bind;
    if (prepared.isDrivers()) {
      bind();
    }
  }

  private PreparedStatement bind() throws SQLException, WireException {
    List<Parameter> parameters = prepared.parameters();
    PreparedStatement lent = prepared.lend();
    statement = lent;
    usable = false;
    for (int i = 0; i < parameters.size(); i++) {
      List<Integer> sent = bind.formats();
      int format = sent.isEmpty() ? 0 : sent.get(sent.size() == 1 ? 0 : i);
      parameters.get(i).bind(lent, i + 1, bind.values().get(i), format == 1);
    }
    usable = true;
    return lent;
  }

  Prepared prepared() {
    return prepared;
  }

  List<Integer> formats() {
    return formats;
  }

  /**
   * Runs it, or goes on where it stopped.
   *
   * @param limit of rows; 0 for all
   */
  void execute(int limit) throws SQLException, IOException, WireException {
    Command command = prepared.command();
    try {
      if (!run) {
        run = true;
        long count = start(limit);
        if (answer == null) {
          backend.tellChanged(prepared.run().changed());
          backend.out().commandComplete(command.tag(count));
          return;
        }
      }
      long count = answer == null ? 0 : answer.write(backend.out(), limit, backend.running());
      if (limit > 0 && count == limit) {
        backend.out().empty('s');
      } else {
        backend.tellChanged(prepared.run().changed());
        backend.out().commandComplete(command.tag(count));
      }
    } catch (SQLException e) {
      usable = false;
      String text = prepared.text();
      throw Backend.told(e, text, text.equals(prepared.sql()) ? 0 : -1);
    } catch (WireException e) {
      usable = false;
      throw e;
    } finally {
      backend.running().end();
    }
  }

  /** The rows that were changed; negative if there is a result. */
  private long start(int limit) throws SQLException, IOException, WireException {
    PreparedStatement bound = statement;
    if (bound == null) {
      throw new IllegalStateException("the driver has nothing to run");
    }
    Streaming streaming = backend.streaming();
    boolean alone = limit == 0 && !backend.transaction().isOpen();
    streaming.set(alone && Streaming.suits(prepared.command(), prepared.text()));
    boolean result;
    try {
      result = run(bound);
    } catch (SQLException e) {
      if (!streaming.hides(e)) {
        throw e;
      }
      streaming.set(false);
      bound.close();
      bound = bind();
      result = run(bound);
    }
    if (!result) {
      return bound.getUpdateCount();
    }
    ResultSet given = bound.getResultSet();
    if (prepared.columns().isEmpty()) {
      try (given) {
        return given.next() && given.getMetaData().getColumnLabel(1).equals("Count")
            ? given.getLong(1)
            : -1;
      }
    }
    rows = given;
    answer = new Answer(given, actual(given), formats, backend.zone());
    return -1;
  }

  private boolean run(PreparedStatement bound) throws SQLException, IOException, WireException {
    return backend.runner().run(bound, prepared.text(), bound::execute, backend.timeoutMillis());
  }

  /** The columns as they were described, in the types that came. */
  private List<Column> actual(ResultSet given) throws SQLException, WireException {
    List<Column> described = prepared.columns();
    List<Column> came = Answer.columns(given.getMetaData(), prepared.run().columns());
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < came.size(); i++) {
      Column column = came.get(i);
      Column promised = i < described.size() ? described.get(i) : column;
      if (promised.sent().oid() == column.sent().oid()) {
        columns.add(column);
      } else if (promised.sent().element() == PostgresType.TEXT
          && Answer.format(formats, i, came.size()) == 0) {
        columns.add(column);
      } else if (column.isNull() || (isDecimal(promised) && isNumber(column))) {
        columns.add(new Column(column.name(), column.duckDbType(), promised.sent()));
      } else {
        throw new WireException(
            Report.error(
                SqlState.FEATURE_NOT_SUPPORTED, "cached plan must not change result type"));
      }
    }
    if (came.size() != described.size()) {
      throw new WireException(
          Report.error(SqlState.FEATURE_NOT_SUPPORTED, "cached plan must not change result type"));
    }
    return columns;
  }

  private static boolean isDecimal(Column column) {
    return column.sent().element() == PostgresType.NUMERIC && !column.sent().array();
  }

  private static boolean isNumber(Column column) {
    return column.sent().element().category() == 'N' && !column.sent().array();
  }

  void close() throws SQLException {
    ResultSet open = rows;
    rows = null;
    answer = null;
    if (open != null) {
      open.close();
    }
    PreparedStatement lent = statement;
    statement = null;
    if (lent != null) {
      prepared.giveBack(lent, usable);
    }
  }
}
