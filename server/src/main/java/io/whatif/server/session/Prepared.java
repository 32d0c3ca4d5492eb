/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.planner.Planner;
import io.whatif.planner.sql.Keywords;
import io.whatif.server.dialect.Reading;
import io.whatif.server.type.ColumnType;
import io.whatif.server.value.Column;
import io.whatif.server.value.Parameter;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A statement that was prepared. DuckDB's statement is lent to one portal at a time; a second
 * portal gets one of its own.
 */
final class Prepared {
  private final Backend backend;
  private final String sql;
  private final Command command;
  private final List<Integer> oids;
  private Reading.@Nullable Run run;
  private String text;
  private @Nullable PreparedStatement statement;
  private List<Parameter> parameters = List.of();
  private List<Integer> told = List.of();
  private List<Column> columns = List.of();

  private Prepared(Backend backend, String sql, Command command, List<Integer> oids) {
    this.backend = backend;
    this.sql = sql;
    this.text = sql;
    this.command = command;
    this.oids = oids;
  }

  /** Prepares a statement; what takes effect at once when it is read waits for its execution. */
  static Prepared of(Backend backend, String sql, List<Integer> oids)
      throws SQLException, WireException {
    Prepared prepared = new Prepared(backend, sql, Command.of(sql), oids);
    if (prepared.isDrivers()) {
      prepared.read();
    }
    return prepared;
  }

  /** Whether the driver prepares it. */
  boolean isDrivers() {
    return command.kind() == Command.Kind.OTHER;
  }

  String sql() {
    return sql;
  }

  Command command() {
    return command;
  }

  /** What the driver runs. */
  String text() {
    return text;
  }

  Reading.Run run() {
    Reading.Run known = run;
    if (known == null) {
      throw new IllegalStateException("the driver has nothing to run");
    }
    return known;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  /** The types of its parameters as ParameterDescription tells them. */
  List<Integer> told() {
    return told;
  }

  /** The columns of its result; none if it has no result. */
  List<Column> columns() {
    return columns;
  }

  private void read() throws SQLException, WireException {
    if (!(backend.read(sql) instanceof Reading.Run reading)) {
      throw new WireException(
          Report.error(SqlState.FEATURE_NOT_SUPPORTED, "this statement cannot be prepared"));
    }
    run = reading;
    text = reading.sql();
    if (Planner.concerns(text)) { // It is planned by queries within queries.
      backend.streaming().set(false);
    }
    List<@Nullable ColumnType> known = settle(open());
    parameters = new ArrayList<>();
    told = new ArrayList<>();
    for (int i = 0; i < known.size(); i++) {
      ColumnType type = known.get(i);
      parameters.add(Parameter.of(oid(i), type));
      told.add(oid(i) != 0 ? oid(i) : type != null ? type.oid() : Parameter.TEXT.type().oid());
    }
  }

  /** The type that the client says parameter {@code index} has; 0 if it leaves that open. */
  private int oid(int index) {
    return index < oids.size() ? oids.get(index) : 0;
  }

  private PreparedStatement open() throws SQLException, WireException {
    requireAll();
    try {
      return backend.connection().prepareStatement(text);
    } catch (SQLException e) {
      throw Backend.told(e, text, text.equals(sql) ? 0 : -1);
    }
  }

  /** What a statement that has its parameters' types gives; it is run in the text that follows. */
  private List<@Nullable ColumnType> settle(PreparedStatement opened)
      throws SQLException, WireException {
    OpenParameters open = new OpenParameters(opened, text, oids);
    try {
      open.settle();
    } finally {
      statement = open.statement();
    }
    describe(open);
    text = open.text();
    if (open.hasDecimals()) {
      close();
      statement = open();
    }
    return open.known();
  }

  /** A number that is left out leaves a parameter without a type, for which DuckDB has no place. */
  private void requireAll() throws WireException {
    Set<Integer> numbers = new HashSet<>();
    Keywords.castParameters(
        text,
        number -> {
          numbers.add(number);
          return "";
        });
    for (int i = 1; i <= numbers.size(); i++) {
      if (!numbers.contains(i)) {
        throw new WireException(
            Report.error(
                SqlState.INDETERMINATE_DATATYPE,
                "could not determine data type of parameter $" + i));
      }
    }
  }

  private void describe(OpenParameters open) throws SQLException {
    ResultSetMetaData metaData = open.statement().getMetaData();
    columns = List.of();
    if (metaData == null || !command.rows()) {
      return;
    }
    columns = Answer.columns(metaData, run().columns());
    if (open.hasDecimals()) {
      columns = columns.stream().map(Column::ofAnyPrecision).toList();
    }
  }

  /** DuckDB's statement, for one portal, which gives it back by {@link #giveBack}. */
  PreparedStatement lend() throws SQLException, WireException {
    if (!text.equals(sql) && statement != null) {
      refresh();
    }
    PreparedStatement lent = statement;
    statement = null;
    return lent == null ? open() : lent;
  }

  /** What SHOW says may have changed since it was prepared. */
  private void refresh() throws SQLException, WireException {
    if (backend.read(sql) instanceof Reading.Run again && !again.sql().equals(run().sql())) {
      close();
      read();
    }
  }

  /**
   * Takes a statement back.
   *
   * @param usable whether it can be run again: DuckDB's cannot when it has failed
   */
  void giveBack(PreparedStatement lent, boolean usable) throws SQLException {
    if (usable && statement == null) {
      statement = lent;
    } else {
      lent.close();
    }
  }

  void close() throws SQLException {
    PreparedStatement known = statement;
    statement = null;
    if (known != null) {
      known.close();
    }
  }
}
