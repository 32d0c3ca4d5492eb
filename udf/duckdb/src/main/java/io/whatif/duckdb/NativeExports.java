/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.Arguments;
import io.whatif.function.Body;
import io.whatif.function.EffectWriter;
import io.whatif.function.FunctionDescriptor;
import io.whatif.model.StoredModel;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.ServiceLoader;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBWritableVector;

/**
 * Models as SQL text without the driver: {@code whatif_text(function, database, arguments)} gives
 * one, {@code whatif_publish(function, database, arguments)} makes macros by a connection of our
 * own. Both need the planner's {@link EffectWriter} on the class path.
 */
final class NativeExports {
  private static final DuckDBColumnType VARCHAR = DuckDBColumnType.VARCHAR;

  private final Engine engine;

  NativeExports(Engine engine) {
    this.engine = engine;
  }

  /** What is written of a model. */
  private interface Export {
    String of(
        Connection connection, FunctionDescriptor function, Arguments arguments, StoredModel model)
        throws SQLException;
  }

  void register(Connection connection) throws SQLException {
    HiddenFunctions.define(
        connection,
        "whatif_text",
        VARCHAR,
        null,
        (in, out) -> each(in, out, NativeExports::text),
        VARCHAR,
        VARCHAR,
        VARCHAR);
    HiddenFunctions.define(
        connection,
        "whatif_publish",
        VARCHAR,
        null,
        (in, out) -> each(in, out, NativeExports::publish),
        VARCHAR,
        VARCHAR,
        VARCHAR);
  }

  private void each(DuckDBDataChunkReader in, DuckDBWritableVector out, Export export) {
    for (long row = 0; row < in.rowCount(); row++) {
      String name = "whatif_text";
      try (Connection connection = engine.duplicate()) {
        name = HiddenFunctions.text(in, 0, row);
        FunctionDescriptor function = engine.function(name);
        Arguments arguments =
            Arguments.of(function, JsonText.object(HiddenFunctions.text(in, 2, row)));
        String database = HiddenFunctions.text(in, 1, row);
        try (Statement statement = connection.createStatement()) {
          statement.execute("USE " + SqlText.quote(database));
        }
        StoredModel model =
            ModelStore.on(connection, database).load(arguments.requiredText("model"));
        out.setString(row, export.of(connection, function, arguments, model));
      } catch (SQLException | RuntimeException | Error e) {
        throw Errors.of(e, name);
      }
    }
  }

  private static String text(
      Connection connection, FunctionDescriptor function, Arguments arguments, StoredModel model) {
    return function
        .body(Body.ModelText.class)
        .orElseThrow(AssertionError::new)
        .text(model, arguments, writer());
  }

  private static String publish(
      Connection connection, FunctionDescriptor function, Arguments arguments, StoredModel model)
      throws SQLException {
    List<EffectWriter.Macro> macros =
        writer().macros(model.name(), model.model(), arguments.requiredText("schema"));
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN");
      for (EffectWriter.Macro macro : macros) {
        statement.execute(macro.sql());
      }
      statement.execute("COMMIT");
    }
    return JsonText.rows(macros.stream().map(EffectWriter.Macro::row).toList());
  }

  private static EffectWriter writer() {
    return ServiceLoader.load(EffectWriter.class, EffectWriter.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new WhatifException(
                    ErrorCode.BAD_STATEMENT,
                    "writing SQL needs whatif-planner. Put its jar, or whatif-jdbc-all.jar, on the class path."));
  }
}
