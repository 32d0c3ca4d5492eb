/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.server.type.ColumnType;
import io.whatif.server.value.Cell;
import io.whatif.server.value.Column;
import io.whatif.server.wire.BackendWriter;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a result's description and rows, from DuckDB straight into the client's buffer. */
final class Answer {
  /** So many rows pass between two looks at whether the client has cancelled. */
  private static final int LOOK_EVERY = 512;

  /** As many columns as PostgreSQL's target lists may have. */
  private static final int MOST_COLUMNS = 1664;

  private final ResultSet rows;
  private final List<Column> columns;
  private final Cell[] cells;

  /**
   * Of a result whose columns were described.
   *
   * @param formats 0 for text and 1 for binary: none, one for all, or one each
   */
  Answer(ResultSet rows, List<Column> columns, List<Integer> formats, ZoneId zone)
      throws WireException {
    this.rows = rows;
    this.columns = columns;
    this.cells = new Cell[columns.size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = Cell.of(columns.get(i), i + 1, format(formats, i, cells.length) == 1, zone);
    }
  }

  /** The format of column {@code index}. */
  static int format(List<Integer> formats, int index, int columns) throws WireException {
    if (formats.size() > 1 && formats.size() != columns) {
      throw new WireException(
          Report.error(
              SqlState.PROTOCOL_VIOLATION,
              "bind message has %d result formats but query has %d columns"
                  .formatted(formats.size(), columns)));
    }
    return formats.isEmpty() ? 0 : formats.get(formats.size() == 1 ? 0 : index);
  }

  /**
   * The columns of a result.
   *
   * @param known what the catalog knows of them
   */
  static List<Column> columns(ResultSetMetaData metaData, List<@Nullable ColumnType> known)
      throws SQLException {
    if (metaData.getColumnCount() > MOST_COLUMNS) {
      throw new SQLException(
          "target lists can have at most %d entries".formatted(MOST_COLUMNS),
          SqlState.TOO_MANY_COLUMNS);
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= metaData.getColumnCount(); i++) {
      Column column = Column.of(metaData.getColumnLabel(i), metaData.getColumnTypeName(i));
      ColumnType told = i <= known.size() ? known.get(i - 1) : null;
      columns.add(
          told != null && told.carries(column.sent())
              ? new Column(column.name(), column.duckDbType(), told)
              : column);
    }
    return columns;
  }

  static void describe(List<Column> columns, List<Integer> formats, BackendWriter out)
      throws IOException, WireException {
    out.begin('T').int16(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      out.string(column.name()).int32(0).int16(0);
      out.int32(column.sent().oid()).int16(column.sent().length());
      out.int32(column.sent().modifier());
      out.int16(format(formats, i, columns.size()));
    }
    out.end();
  }

  /**
   * Writes rows up to a limit.
   *
   * @param limit 0 for all
   * @return how many were written; fewer than the limit if there are no more
   */
  long write(BackendWriter out, long limit, Running running)
      throws SQLException, IOException, WireException {
    try {
      return rows(out, limit, running);
    } catch (SQLException e) { // A result that streams ends so when it is cancelled.
      running.check();
      throw e;
    }
  }

  private long rows(BackendWriter out, long limit, Running running)
      throws SQLException, IOException, WireException {
    long count = 0;
    while ((limit == 0 || count < limit) && rows.next()) {
      out.begin('D').int16(cells.length);
      row(out);
      out.end();
      count++;
      if (count % LOOK_EVERY == 0) {
        running.check();
      }
    }
    return count;
  }

  private void row(BackendWriter out) throws SQLException, WireException {
    for (int i = 0; i < cells.length; i++) {
      try {
        cells[i].write(rows, out);
      } catch (DateTimeException | ArithmeticException e) {
        throw outOfRange(columns.get(i));
      }
    }
  }

  /** A value that the driver does not give, or that PostgreSQL's format has no place for. */
  static WireException outOfRange(Column column) {
    return new WireException(
        Report.error(
                SqlState.DATETIME_FIELD_OVERFLOW,
                "column \"%s\" has a %s that is out of range for type %s"
                    .formatted(
                        column.name(), column.duckDbType(), column.sent().element().typname()))
            .hint("Cast it to VARCHAR."));
  }
}
