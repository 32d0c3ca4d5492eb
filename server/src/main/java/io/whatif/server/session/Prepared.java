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
import java.sql.ParameterMetaData;
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
    if (Planner.concerns(text)) { // It is planned by queries within queries.
      backend.streaming().set(false);
    }
    statement = open();
    List<@Nullable ColumnType> known = settle();
    parameters = new ArrayList<>();
    told = new ArrayList<>();
    for (int i = 0; i < known.size(); i++) {
      ColumnType type = known.get(i);
      parameters.add(Parameter.of(oid(i), type));
      told.add(oid(i) != 0 ? oid(i) : type != null ? type.oid() : Parameter.TEXT.type().oid());
    }
    describe();
  }

  /** The type that the client says parameter {@code index} has; 0 if it leaves that open. */
  private int oid(int index) {
    return index < oids.size() ? oids.get(index) : 0;
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
   * Gives types to parameters of which DuckDB leaves them open: the client's, or text if it says
   * none, as PostgreSQL has it. One that is open hides those behind it, so they are settled one
   * after the other. Where DuckDB refuses a type it waits for the value.
   */
  private List<@Nullable ColumnType> settle() throws SQLException {
    PreparedStatement settled = statement;
    if (settled == null) {
      throw new IllegalStateException("nothing is prepared");
    }
    List<@Nullable ColumnType> known = known(settled);
    Set<Integer> cast = new HashSet<>();
    for (int i = 0; i < known.size(); i++) {
      if (known.get(i) == null && settle(cast, i)) {
        PreparedStatement now = statement;
        known = now == null ? known : known(now);
      }
    }
    return known;
  }

  /** Whether the parameter could be cast beside those that are. */
  private boolean settle(Set<Integer> cast, int parameter) throws SQLException {
    cast.add(parameter);
    String typed =
        Keywords.castParameters(
            run().sql(),
            i -> cast.contains(i - 1) ? Parameter.of(oid(i - 1), null).duckDbType() : "");
    PreparedStatement settled;
    try {
      settled = backend.connection().prepareStatement(typed);
    } catch (SQLException refused) {
      cast.remove(parameter);
      return false;
    }
    close();
    statement = settled;
    text = typed;
    return true;
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
