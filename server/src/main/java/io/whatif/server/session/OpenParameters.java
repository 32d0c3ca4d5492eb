/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.planner.sql.Keywords;
import io.whatif.server.type.ColumnType;
import io.whatif.server.type.PostgresType;
import io.whatif.server.value.Parameter;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives types to parameters of which DuckDB leaves them open: the client's, or text if it says
 * none, as PostgreSQL has it. One that is open hides those behind it, so a few are settled one
 * after the other; many are settled together, or by halves where DuckDB refuses that. A parameter
 * of which it refuses the type waits for its value.
 */
final class OpenParameters {
  private static final String OPEN = "UNKNOWN";
  private static final int FEW = 8;

  /** What a NUMERIC is described as; it is run in the precision and scale of its value. */
  private static final String ANY_DECIMAL = "DECIMAL(38,6)";

  private final Connection connection;
  private final String sql;
  private final List<Integer> oids;
  private final Set<Integer> cast = new HashSet<>();
  private PreparedStatement statement;
  private List<@Nullable ColumnType> known;

  /**
   * Of a statement that was prepared, which is closed when one of other types replaces it.
   *
   * @param oids the types that the client says its first parameters have, 0 for none
   */
  OpenParameters(PreparedStatement prepared, String sql, List<Integer> oids) throws SQLException {
    this.connection = prepared.getConnection();
    this.sql = sql;
    this.oids = oids;
    this.statement = prepared;
    this.known = known(prepared);
  }

  /** Settles what can be; the caller closes {@link #statement()}. */
  void settle() throws SQLException {
    if (open(0, known.size()).size() > FEW) {
      settle(0, known.size());
      return;
    }
    for (int i = 0; i < known.size(); i++) {
      if (known.get(i) == null) {
        cast(Set.of(i));
      }
    }
  }

  private void settle(int from, int to) throws SQLException {
    Set<Integer> open = open(from, to);
    if (open.isEmpty() || cast(open) || open.size() == 1) {
      return;
    }
    int middle = (from + to) / 2;
    settle(from, middle);
    settle(middle, to);
  }

  private Set<Integer> open(int from, int to) {
    Set<Integer> open = new HashSet<>();
    for (int i = from; i < to; i++) {
      if (known.get(i) == null) {
        open.add(i);
      }
    }
    return open;
  }

  /** Whether these could be cast beside those that are. */
  private boolean cast(Set<Integer> more) throws SQLException {
    cast.addAll(more);
    PreparedStatement settled;
    try {
      settled = connection.prepareStatement(text(true));
    } catch (SQLException refused) {
      cast.removeAll(more);
      return false;
    }
    statement.close();
    statement = settled;
    known = known(settled);
    return true;
  }

  private String text(boolean described) {
    return Keywords.castParameters(
        sql,
        number -> {
          int oid = oid(number - 1);
          if (!cast.contains(number - 1)) {
            return "";
          }
          boolean decimal = oid == PostgresType.NUMERIC.oid();
          return decimal ? described ? ANY_DECIMAL : "" : Parameter.of(oid, null).duckDbType();
        });
  }

  private int oid(int index) {
    return index < oids.size() ? oids.get(index) : 0;
  }

  /** The statement in which they have their types. */
  PreparedStatement statement() {
    return statement;
  }

  /** What is to be run. */
  String text() {
    return text(false);
  }

  /** Whether {@link #statement()} takes numbers in another precision than they are run in. */
  boolean hasDecimals() {
    return cast.stream().anyMatch(i -> oid(i) == PostgresType.NUMERIC.oid());
  }

  /** The types of all, null for those that wait for their value. */
  List<@Nullable ColumnType> known() {
    return known;
  }

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
}
