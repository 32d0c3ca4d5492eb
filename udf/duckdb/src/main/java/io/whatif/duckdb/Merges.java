/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.function.Arguments;
import io.whatif.function.Body;
import io.whatif.function.FunctionDescriptor;
import io.whatif.model.ModelCodec;
import io.whatif.model.StoredModel;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * Models made of stored models: {@code whatif_merge(token, function, arguments, payloads,
 * database)} makes one, keeps it for the statement's scope, or stores it by a connection of our own
 * where there is none, and gives its rows.
 */
final class Merges {
  private static final DuckDBColumnType VARCHAR = DuckDBColumnType.VARCHAR;

  private final Engine engine;

  Merges(Engine engine) {
    this.engine = engine;
  }

  void register(Connection connection) throws SQLException {
    HiddenFunctions.define(
        connection,
        "whatif_merge",
        VARCHAR,
        null,
        this::merge,
        VARCHAR,
        VARCHAR,
        VARCHAR,
        VARCHAR,
        VARCHAR);
  }

  private void merge(DuckDBDataChunkReader in, DuckDBWritableVector out) {
    for (long row = 0; row < in.rowCount(); row++) {
      String called = "whatif_merge";
      try {
        called = HiddenFunctions.text(in, 1, row);
        FunctionDescriptor function = engine.function(called);
        Arguments arguments =
            Arguments.of(function, JsonText.object(HiddenFunctions.text(in, 2, row)));
        String database = HiddenFunctions.text(in, 4, row);
        List<StoredModel> models =
            in.vector(3).isNull(row)
                ? committed(arguments.names("models"), database)
                : decoded(arguments.names("models"), HiddenFunctions.text(in, 3, row));
        StoredModel merged =
            function
                .body(Body.Merge.class)
                .orElseThrow(AssertionError::new)
                .merged(models, arguments);
        keep(HiddenFunctions.text(in, 0, row), merged, arguments, database);
        out.setString(row, JsonText.rows(merged.reports()));
      } catch (SQLException | RuntimeException | Error e) {
        throw Errors.of(e, called);
      }
    }
  }

  private List<StoredModel> committed(List<String> names, String database) throws SQLException {
    List<StoredModel> models = new ArrayList<>();
    try (Connection connection = engine.duplicate()) {
      for (String name : names) {
        models.add(ModelStore.on(connection, database).load(name));
      }
    }
    return models;
  }

  private static List<StoredModel> decoded(List<String> names, String payloads) {
    List<?> texts = JsonText.list(payloads);
    List<StoredModel> models = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      models.add(ModelCodec.decodeText(names.get(i), String.valueOf(texts.get(i))));
    }
    return models;
  }

  private void keep(String token, StoredModel merged, Arguments arguments, String database)
      throws SQLException {
    boolean replace = SessionCall.ifExists(arguments).equals("replace");
    FittedModel fitted = ModelWriter.merged(merged, arguments(merged), replace);
    fitted.keep(engine, engine.scope(token), database);
  }

  /** The arguments of the fit that the model stands for. */
  private static Map<String, @Nullable Object> arguments(StoredModel merged) {
    Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
    if (merged.provenance().get("arguments") instanceof Map<?, ?> given) {
      given.forEach((name, value) -> arguments.put(String.valueOf(name), value));
    }
    return arguments;
  }
}
