/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.planner.sql.Keywords;
import io.whatif.server.dialect.Reading;
import io.whatif.server.type.ColumnType;
import io.whatif.server.value.Column;
import io.whatif.server.value.Parameter;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that was prepared. DuckDB's statement is lent to one portal at a time; a second
 * portal gets one of its own.
 */
final class Prepared {
  private static final String OPEN = "UNKNOWN";

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
    PreparedStatement first = open();
    statement = first;
    List<@Nullable ColumnType> known = known(first);
    parameters = new ArrayList<>();
    told = new ArrayList<>();
    for (int i = 0; i < known.size(); i++) {
      int oid = i < oids.size() ? oids.get(i) : 0;
      ColumnType type = known.get(i);
      parameters.add(Parameter.of(oid, type));
      told.add(oid != 0 ? oid : type != null ? type.oid() : Parameter.TEXT.type().oid());
    }
    if (known.contains(null)) {
      castOpen(known);
    }
    describe();
  }

  private PreparedStatement open() throws SQLException, WireException {
    try {
      return backend.connection().prepareStatement(text);
    } catch (SQLException e) {
      throw Backend.told(e, text, text.equals(sql) ? 0 : -1);
    }
  }

  /** What DuckDB knows of the types of the parameters. */
  private static List<@Nullable ColumnType> known(PreparedStatement statement) throws SQLException {
    ParameterMetaData metaData = statement.getParameterMetaData();
    List<@Nullable ColumnType> known = new ArrayList<>();
    for (int i = 1; i <= metaData.getParameterCount(); i++) {
      String name = metaData.getParameterTypeName(i);
      boolean open = name == null || name.equals("INVALID") || name.equals(OPEN);
      known.add(open ? null : ColumnType.of(name));
    }
    return known;
  }

  /**
   * Where DuckDB leaves a type open the client's counts, and text if it says none, as PostgreSQL
   * has it. Where DuckDB refuses that, types wait for the values.
   */
  private void castOpen(List<@Nullable ColumnType> known) throws SQLException {
    String cast =
        Keywords.castParameters(
            text,
            i ->
                i < 1 || i > known.size() || known.get(i - 1) != null
                    ? ""
                    : parameters.get(i - 1).duckDbType());
    PreparedStatement typed;
    try {
      typed = backend.connection().prepareStatement(cast);
    } catch (SQLException refused) {
      return;
    }
    close();
    statement = typed;
    text = cast;
  }

  private void describe() throws SQLException {
    PreparedStatement known = statement;
    ResultSetMetaData metaData = known == null ? null : known.getMetaData();
    columns = List.of();
    if (metaData == null || !command.rows()) {
      return;
    }
    columns = Answer.columns(metaData, run().columns());
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
