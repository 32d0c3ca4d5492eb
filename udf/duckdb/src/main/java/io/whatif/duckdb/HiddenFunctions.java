/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBLogicalType;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunction;
import org.duckdb.DuckDBScalarFunctionBuilder;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionBuilder;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.duckdb.DuckDBTableFunctionState;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * The functions that lowered SQL calls, registered once in a database instance. They read chunks
 * column by column and leave all else to {@link Session}, {@link ScoreFunctions} and {@link
 * NativeCalls}.
 */
final class HiddenFunctions {
  private static final Set<String> PURE = Set.of("whatif_score", "whatif_level");

  private static final DuckDBColumnType VARCHAR = DuckDBColumnType.VARCHAR;
  private static final DuckDBColumnType BIGINT = DuckDBColumnType.BIGINT;
  private static final DuckDBColumnType DOUBLE = DuckDBColumnType.DOUBLE;

  private final Engine engine;

  HiddenFunctions(Engine engine) {
    this.engine = engine;
  }

  void register(Connection connection) throws SQLException {
    try (DuckDBTableFunctionBuilder open = DuckDBFunctions.tableFunction()) {
      open.withName("whatif_open")
          .withParameter(VARCHAR)
          .withFunction(new Open(engine))
          .register(connection);
    }
    registerSession(connection);
    new ScoreFunctions(engine).register(connection);
    new JsonFeatures(engine).register(connection);
    new NativeCalls(engine).register(connection);
    DuckDBScalarFunction running =
        (in, out) -> out.setString(0, JsonText.rows(engine.running().map(Progress::row).toList()));
    define(connection, "whatif_running", VARCHAR, null, running);
    // The last one: where it is found, all are there.
    DuckDBScalarFunction instance = (in, out) -> out.setLong(0, engine.id());
    define(connection, "whatif_instance", BIGINT, null, instance);
  }

  private void registerSession(Connection connection) throws SQLException {
    define(
        connection,
        "whatif_begin",
        BIGINT,
        null,
        inSession(
            (session, in, out) -> {
              session.begin(
                  new Session.Opening(
                      text(in, 1, 0),
                      text(in, 2, 0),
                      text(in, 3, 0),
                      text(in, 4, 0),
                      text(in, 5, 0)));
              out.setLong(0, session.handle());
            }),
        BIGINT,
        VARCHAR,
        VARCHAR,
        VARCHAR,
        VARCHAR,
        VARCHAR);
    define(
        connection,
        "whatif_push",
        BIGINT,
        DOUBLE,
        inSession(
            (session, in, out) -> {
              session.push(new VectorChunk(in));
              out.setLong(0, in.rowCount());
            }),
        BIGINT);
    define(
        connection,
        "whatif_place",
        BIGINT,
        DOUBLE,
        inSession(
            (session, in, out) -> {
              long first = session.push(new VectorChunk(in));
              for (long row = 0; row < in.rowCount(); row++) {
                out.setLong(row, first + row);
              }
            }),
        BIGINT);
    define(
        connection,
        "whatif_code",
        DOUBLE,
        null,
        inSession(HiddenFunctions::code),
        BIGINT,
        VARCHAR,
        VARCHAR);
    define(
        connection,
        "whatif_finish",
        VARCHAR,
        null,
        inSession(
            (session, in, out) -> {
              checkAlone(session, in);
              out.setString(
                  0, session.answer((int) in.vector(2).getLong(0), in.vector(3).getLong(0)));
            }),
        BIGINT,
        BIGINT,
        BIGINT,
        BIGINT);
    define(
        connection,
        "whatif_ready",
        BIGINT,
        null,
        inSession(
            (session, in, out) -> {
              checkAlone(session, in);
              session.ready((int) in.vector(2).getLong(0));
              out.setLong(0, session.handle());
            }),
        BIGINT,
        BIGINT,
        BIGINT);
    define(
        connection,
        "whatif_out",
        DOUBLE,
        null,
        inSession(HiddenFunctions::output),
        BIGINT,
        BIGINT,
        BIGINT,
        BIGINT);
  }

  /** What a function of a session does with a chunk; the handle is its first column. */
  private interface SessionStep {
    void run(Session session, DuckDBDataChunkReader in, DuckDBWritableVector out)
        throws SQLException;
  }

  private DuckDBScalarFunction inSession(SessionStep step) {
    return (in, out) -> {
      if (in.rowCount() == 0) {
        return;
      }
      if (in.vector(0).isNull(0)) {
        throw outerQuery();
      }
      Session session = engine.session(in.vector(0).getLong(0)); // tells the user's mistake itself
      try {
        step.run(session, in, out);
      } catch (SQLException | RuntimeException | Error e) {
        throw session.failed(e);
      }
    };
  }

  /** Makes sure that all rows pushed are those of this call. */
  private static void checkAlone(Session session, DuckDBDataChunkReader in) {
    DuckDBReadableVector pushed = in.vector(1);
    if (in.rowCount() != 1 || !session.isAllRows(pushed.isNull(0) ? 0 : pushed.getLong(0))) {
      throw outerQuery();
    }
  }

  /** DuckDB joins outer rows with the relation, so that one call would read the rows of several. */
  private static WhatifException outerQuery() {
    return new WhatifException(
        ErrorCode.BAD_RELATION,
        "the relation, or the query around the call, refers to columns of the outer query, and is read once, not for each outer row. Put the call into WITH name AS (...) before that query, or filter by a value written out.");
  }

  private static void code(Session session, DuckDBDataChunkReader in, DuckDBWritableVector out) {
    TextCodes texts = session.texts(text(in, 1, 0).toLowerCase(Locale.ROOT));
    DuckDBReadableVector text = in.vector(2);
    long rows = in.rowCount();
    for (long row = 0; row < rows; row++) {
      if (!text.isNull(row)) {
        out.setDouble(row, texts.code(text.getString(row)));
      }
    }
  }

  private static void output(Session session, DuckDBDataChunkReader in, DuckDBWritableVector out) {
    double[] values = session.output((int) in.vector(1).getLong(0), (int) in.vector(2).getLong(0));
    DuckDBReadableVector numbers = in.vector(3);
    long rows = in.rowCount();
    for (long row = 0; row < rows; row++) {
      double value = values[(int) (numbers.getLong(row) - 1)];
      if (!Double.isNaN(value)) {
        out.setDouble(row, value);
      }
    }
  }

  static String text(DuckDBDataChunkReader in, int column, long row) {
    DuckDBReadableVector vector = in.vector(column);
    if (vector.isNull(row)) {
      throw new IllegalArgumentException("argument " + column + " is NULL");
    }
    return vector.getString(row);
  }

  /**
   * Registers a scalar function.
   *
   * @param varArgs the type of further parameters, or null for none
   */
  static void define(
      Connection connection,
      String name,
      DuckDBColumnType result,
      @Nullable DuckDBColumnType varArgs,
      DuckDBScalarFunction function,
      DuckDBColumnType... parameters)
      throws SQLException {
    try (DuckDBScalarFunctionBuilder builder = DuckDBFunctions.scalarFunction()) {
      builder.withName(name).withReturnType(result).withVectorizedFunction(function);
      for (DuckDBColumnType parameter : parameters) {
        builder.withParameter(parameter);
      }
      if (varArgs != null) {
        builder.withVarArgs(DuckDBLogicalType.of(varArgs));
      }
      // Those that only score give the same for the same: DuckDB may use them in windows.
      if (!PURE.contains(name)) {
        builder.withVolatile();
      }
      builder.register(connection);
    }
  }

  /** A chunk of {@code whatif_push}: the handle, the row's number, the columns. */
  private record VectorChunk(DuckDBDataChunkReader in) implements RowStore.Chunk {
    @Override
    public int rows() {
      return (int) in.rowCount();
    }

    @Override
    public int columns() {
      return (int) in.columnCount() - 1;
    }

    @Override
    public void copy(int column, double[] into) {
      DuckDBReadableVector vector = in.vector(column + 1L);
      int rows = rows();
      for (int row = 0; row < rows; row++) {
        into[row] = vector.getDouble(row, Double.NaN);
      }
    }
  }

  /** Opens a session when a statement begins to run; DuckDB closes it with the statement. */
  private record Open(Engine engine) implements DuckDBTableFunction<String, Open.Opened, Object> {

    static final class Opened implements DuckDBTableFunctionState {
      private final Session session;
      private boolean given;

      Opened(Session session) {
        this.session = session;
      }

      @Override
      public void close() {
        session.close();
      }
    }

    @Override
    public String bind(DuckDBTableFunctionBindInfo info) throws Exception {
      info.addResultColumn("h", BIGINT);
      return info.getParameter(0).getString();
    }

    @Override
    public Opened init(DuckDBTableFunctionInitInfo info) {
      info.setMaxThreads(1);
      return new Opened(engine.openSession(info.getBindData()));
    }

    @Override
    public long apply(DuckDBTableFunctionCallInfo info, DuckDBDataChunkWriter out) {
      Opened opened = info.getInitData();
      if (opened.given) {
        return 0;
      }
      opened.given = true;
      out.vector(0).setLong(0, opened.session.handle());
      return 1;
    }
  }
}
