/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.Arguments;
import io.whatif.function.Body;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.Specification;
import io.whatif.model.ModelCodec;
import io.whatif.model.StoredModel;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * What {@link NativeMacros} call: {@code whatif_lower} gives the SQL of a table function, {@code
 * whatif_report} and {@code whatif_drop} its rows. Models are read and written by a connection of
 * our own, in transactions of their own.
 */
final class NativeCalls {
  private static final DuckDBColumnType VARCHAR = DuckDBColumnType.VARCHAR;

  private final Engine engine;

  NativeCalls(Engine engine) {
    this.engine = engine;
  }

  void register(Connection connection) throws SQLException {
    HiddenFunctions.define(
        connection, "whatif_lower", VARCHAR, null, this::lower, VARCHAR, VARCHAR, VARCHAR, VARCHAR);
    HiddenFunctions.define(
        connection,
        "whatif_report",
        VARCHAR,
        null,
        this::report,
        VARCHAR,
        VARCHAR,
        VARCHAR,
        VARCHAR);
    HiddenFunctions.define(connection, "whatif_drop", VARCHAR, null, this::drop, VARCHAR, VARCHAR);
    new Merges(engine).register(connection);
    new NativeExports(engine).register(connection);
  }

  private void lower(DuckDBDataChunkReader in, DuckDBWritableVector out) {
    for (long row = 0; row < in.rowCount(); row++) {
      String name = "whatif_lower";
      try {
        name = HiddenFunctions.text(in, 0, row);
        String first = in.vector(1).isNull(row) ? null : in.vector(1).getString(row);
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        JsonText.object(HiddenFunctions.text(in, 2, row))
            .forEach(
                (key, value) -> {
                  if (value != null) {
                    values.put(key, value);
                  }
                });
        out.setString(
            row,
            "FROM "
                + lower(engine.function(name), first, values, HiddenFunctions.text(in, 3, row)));
      } catch (SQLException | RuntimeException | Error e) {
        throw Errors.of(e, name);
      }
    }
  }

  private String lower(
      FunctionDescriptor function,
      @Nullable String first,
      Map<String, @Nullable Object> written,
      String database)
      throws SQLException {
    if (function.body(Body.Running.class).isPresent()) {
      return Lowering.running(function);
    }
    Body.Registry registry = function.body(Body.Registry.class).orElse(null);
    if (registry != null) {
      return registry(function, registry, first, written, database);
    }
    if (function.merges()) {
      return merge(function, first, written, database);
    }
    if (function.readsByModel()) {
      return byModel(function, first, written, database);
    }
    boolean reads = function.takesRelation();
    boolean reports = function.body(Body.Report.class).isPresent();
    Map<String, @Nullable Object> values =
        Specification.expand(function, written, path -> file(path));
    boolean aboutModel =
        reports && (!reads || (!values.containsKey("outcome") && !values.containsKey("treatment")));
    if (first == null) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          aboutModel
              ? "model is missing. Begin with the model's name."
              : "relation is missing. Begin with a table's name or a query in quotes.");
    }
    CausalCall call =
        new CausalCall(
            function,
            aboutModel ? null : RelationText.query(first),
            aboutModel ? first : null,
            values,
            Map.of());
    if (aboutModel) {
      try (Connection connection = engine.duplicate()) {
        return Lowering.committed(call, ModelStore.on(connection, database).header(first).keys());
      }
    }
    Arguments arguments = Arguments.of(function, values);
    if (function.stores() && SessionCall.ifExists(arguments).equals("skip")) {
      try (Connection connection = engine.duplicate()) {
        Optional<StoredModel> known =
            ModelStore.on(connection, database).checkFit(arguments.requiredText("model"), "skip");
        if (known.isPresent()) {
          return ResultSql.of(function, known.get());
        }
      }
    }
    return Lowering.table(call, Scope.NATIVE);
  }

  private String merge(
      FunctionDescriptor function,
      @Nullable String model,
      Map<String, @Nullable Object> values,
      String database)
      throws SQLException {
    values.put("model", model);
    Arguments arguments = Arguments.of(function, values);
    try (Connection connection = engine.duplicate()) {
      Optional<StoredModel> known =
          ModelStore.on(connection, database)
              .checkFit(arguments.requiredText("model"), SessionCall.ifExists(arguments));
      return known.isPresent()
          ? ResultSql.of(function, known.get())
          : Lowering.merge(
              new CausalCall(function, null, model, values, Map.of()), List.of(), Scope.NATIVE);
    }
  }

  /** A call with a model and a relation, which comes among the values. */
  private String byModel(
      FunctionDescriptor function,
      @Nullable String model,
      Map<String, @Nullable Object> values,
      String database)
      throws SQLException {
    if (model == null) {
      throw new WhatifException(
          ErrorCode.MISSING_ARGUMENT,
          "the model is missing. Write %s('model', 'FROM name').".formatted(function.name()));
    }
    Object relation = values.remove("relation");
    if (relation == null) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          "the relation is missing. Say which rows are meant: %s('%s', 'FROM name')."
              .formatted(function.name(), model));
    }
    values.put("model", model);
    Arguments.of(function, values);
    CausalCall call =
        new CausalCall(
            function, RelationText.query(String.valueOf(relation)), model, values, Map.of());
    try (Connection connection = engine.duplicate()) {
      return Lowering.table(
          call.by(ModelStore.on(connection, database).header(model)), Scope.NATIVE);
    }
  }

  private String file(String path) {
    try (Connection connection = engine.duplicate()) {
      return SpecFile.read(connection, path);
    } catch (SQLException e) {
      throw new IllegalStateException("no connection to read a file by", e);
    }
  }

  private String registry(
      FunctionDescriptor function,
      Body.Registry registry,
      @Nullable String model,
      Map<String, @Nullable Object> values,
      String database)
      throws SQLException {
    if (registry.action() == Body.Registry.Action.LIST) {
      try (Connection connection = engine.duplicate()) {
        return ModelStore.on(connection, database).listSql();
      }
    }
    if (model == null) {
      throw new WhatifException(
          ErrorCode.MISSING_ARGUMENT, "model is missing. Begin with the model's name.");
    }
    if (registry.action() == Body.Registry.Action.PUBLISH) {
      values.put("model", model);
      Arguments.of(function, values);
      return ResultSql.of(
          function,
          "whatif_publish(%s, current_database(), %s)"
              .formatted(
                  SqlText.literal(function.name()), SqlText.literal(JsonText.write(values))));
    }
    return ResultSql.of(
        function, "whatif_drop(%s, current_database())".formatted(SqlText.literal(model)));
  }

  private void report(DuckDBDataChunkReader in, DuckDBWritableVector out) {
    for (long row = 0; row < in.rowCount(); row++) {
      String called = "whatif_report";
      try {
        CallSpec spec = CallSpec.parse(HiddenFunctions.text(in, 0, row));
        called = spec.function();
        FunctionDescriptor function = engine.function(spec.function());
        Map<String, @Nullable Object> values = spec.arguments();
        values.putAll(JsonText.object(HiddenFunctions.text(in, 1, row)));
        StatementContext context = StatementContext.parse(HiddenFunctions.text(in, 3, row));
        String name = String.valueOf(spec.model());
        String payload = in.vector(2).isNull(row) ? null : in.vector(2).getString(row);
        StoredModel model =
            payload == null
                ? committed(name, context.database())
                : ModelCodec.decodeText(name, payload);
        Body.Report body = function.body(Body.Report.class).orElseThrow(AssertionError::new);
        // A function over relations as well requires arguments that a model makes needless.
        Arguments arguments = Arguments.ofReport(function, values);
        out.setString(row, JsonText.rows(body.rows(model, arguments)));
      } catch (SQLException | RuntimeException | Error e) {
        throw Errors.of(e, called);
      }
    }
  }

  private StoredModel committed(String name, String database) throws SQLException {
    try (Connection connection = engine.duplicate()) {
      return ModelStore.on(connection, database).load(name);
    }
  }

  private void drop(DuckDBDataChunkReader in, DuckDBWritableVector out) {
    for (long row = 0; row < in.rowCount(); row++) {
      try (Connection connection = engine.duplicate()) {
        String name = HiddenFunctions.text(in, 0, row);
        long versions = ModelStore.on(connection, HiddenFunctions.text(in, 1, row)).drop(name);
        engine.models().changed();
        Map<String, @Nullable Object> dropped = new LinkedHashMap<>();
        dropped.put("name", name);
        dropped.put("versions_dropped", versions);
        out.setString(row, JsonText.rows(List.of(dropped)));
      } catch (SQLException | RuntimeException | Error e) {
        throw Errors.of(e, "cate_drop");
      }
    }
  }
}
