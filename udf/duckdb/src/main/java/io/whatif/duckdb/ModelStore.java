/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.Names;
import io.whatif.model.ModelCodec;
import io.whatif.model.StoredModel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The models of one database: the table {@code whatif.models}, read and written through SQL on the
 * connection given, in its transaction. The table has no primary key: a conflict on one would show
 * only at the user's COMMIT.
 *
 * <p>Reading looks in the store's own database first and then in the others attached, if just one
 * of them has a model of that name; writing stays in its own.
 */
public final class ModelStore {
  /**
   * The order of models of one name: transactions that were open at once may have written the same
   * version.
   */
  static final String NEWEST_FIRST = "ORDER BY version DESC, created_at DESC, key DESC";

  private static final int ATTEMPTS = 5;
  private static final long PAUSE_MILLIS = 20;

  private final Connection connection;
  private final String database;
  private final ModelTables tables;

  private ModelStore(Connection connection, String database) {
    this.connection = connection;
    this.database = database;
    this.tables = new ModelTables(connection, database);
  }

  /** The store of the connection's current database. */
  public static ModelStore on(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT current_database()")) {
      row.next();
      return new ModelStore(connection, row.getString(1));
    }
  }

  /** The store of the database attached as {@code database}. */
  public static ModelStore on(Connection connection, String database) {
    return new ModelStore(connection, database);
  }

  /** Throws READ_ONLY unless models can be written to the database. */
  public void checkWritable() throws SQLException {
    String sql = "SELECT readonly, type FROM duckdb_databases() WHERE database_name = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, database);
      try (ResultSet row = statement.executeQuery()) {
        boolean found = row.next();
        if (found && row.getBoolean(1)) {
          throw new WhatifException(
              ErrorCode.READ_ONLY,
              "database '%s' is read-only, so no model can be stored or dropped. Open it for writing, or USE another database."
                  .formatted(database));
        }
        if (!found || !"duckdb".equals(row.getString(2))) {
          throw new WhatifException(
              ErrorCode.READ_ONLY,
              "database '%s' is not a DuckDB database and keeps no models. USE one that is."
                  .formatted(database));
        }
      }
    }
  }

  /**
   * What a fit of {@code name} is to do, decided before a row is read.
   *
   * @param ifExists error, replace or skip
   * @return the stored model that makes the fit unnecessary (skip), else empty
   * @throws WhatifException READ_ONLY or MODEL_EXISTS
   */
  public Optional<StoredModel> checkFit(String name, String ifExists) throws SQLException {
    checkWritable();
    if (ifExists.equals("replace") || !exists(name)) {
      return Optional.empty();
    }
    if (ifExists.equals("skip")) {
      return Optional.of(load(name));
    }
    throw modelExists(name);
  }

  private static WhatifException modelExists(String name) {
    return new WhatifException(
        ErrorCode.MODEL_EXISTS,
        "model => '%s': a model of that name is stored already. Use if_exists => 'replace' or 'skip', or another name."
            .formatted(name));
  }

  /** Whether the store's own database has a model of that name. */
  public boolean exists(String name) throws SQLException {
    return tables.hasOwn() && headerFrom(database, name) != null;
  }

  /**
   * Adds a model as the newest version of its name. Two first fits at once collide on creating the
   * table: in autocommit that is tried again.
   */
  public void insert(FittedModel model) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        insertOnce(model);
        return;
      } catch (SQLException e) {
        if (!isConflict(e)) {
          throw e;
        }
        if (attempt == ATTEMPTS || !connection.getAutoCommit() || !pause(attempt)) {
          throw new WhatifException(
              ErrorCode.BAD_STATEMENT,
              "model => '%s': another connection is writing models at the same time. Fit again%s."
                  .formatted(
                      model.model().name(), connection.getAutoCommit() ? "" : " after ROLLBACK"));
        }
      }
    }
  }

  /** DuckDB tells conflicts by its message alone. */
  private static boolean isConflict(SQLException e) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith("TransactionContext Error")
        || message.contains("write-write conflict");
  }

  /** Waits a moment; false if the thread is to stop. */
  private static boolean pause(int attempt) {
    try {
      Thread.sleep(PAUSE_MILLIS * attempt);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void insertOnce(FittedModel fitted) throws SQLException {
    StoredModel model = fitted.model();
    if (!tables.hasOwn()) {
      tables.create();
    } else if (!fitted.replace() && headerFrom(database, model.name()) != null) {
      throw modelExists(model.name());
    }
    // VALUES: DuckDB holds a payload five times while it inserts it, and eleven times with SELECT
    String sql =
        """
        INSERT INTO %1$s (key, name, version, method, created_at, n, spec, payload)
        VALUES (?, ?, (SELECT coalesce(max(version), 0) + 1 FROM %1$s WHERE name = ?), ?, ?, ?, ?, ?)"""
            .formatted(tables.own());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, fitted.key());
      statement.setString(2, model.name());
      statement.setString(3, model.name());
      statement.setString(4, model.method());
      statement.setObject(5, LocalDateTime.now(ZoneOffset.UTC));
      statement.setLong(6, model.rows());
      statement.setString(7, fitted.spec());
      statement.setBytes(8, fitted.payload());
      statement.executeUpdate();
    }
  }

  /** The newest version of {@code name}, or empty. */
  public Optional<ModelHeader> find(String name) throws SQLException {
    List<ModelHeader> found = new ArrayList<>();
    for (String candidate : tables.databases()) {
      ModelHeader header = headerFrom(candidate, name);
      if (header != null && candidate.equals(database)) {
        return Optional.of(header);
      }
      if (header != null) {
        found.add(header);
      }
    }
    if (found.size() > 1) {
      throw new WhatifException(
          ErrorCode.UNKNOWN_MODEL,
          "model => '%s': is not in database '%s', but in several others (%s). USE the one you mean."
              .formatted(
                  name,
                  database,
                  String.join(", ", found.stream().map(ModelHeader::table).toList())));
    }
    return found.stream().findFirst();
  }

  /** As {@link #find}; throws UNKNOWN_MODEL with the nearest name. */
  public ModelHeader header(String name) throws SQLException {
    Optional<ModelHeader> header = find(name);
    if (header.isPresent()) {
      return header.get();
    }
    List<String> names = names();
    throw new WhatifException(
        ErrorCode.UNKNOWN_MODEL,
        "model => '%s': there is no such model in database '%s'.%s"
            .formatted(
                name,
                database,
                names.isEmpty()
                    ? " None is stored yet. Fit one with cate_fit."
                    : Names.nearest(name, names)
                        .map(near -> " Did you mean '" + near + "'?")
                        .orElse(" FROM cate_models() lists them.")));
  }

  /** Names of all models in the store's own database, sorted. */
  public List<String> names() throws SQLException {
    List<String> names = new ArrayList<>();
    if (tables.hasOwn()) {
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT DISTINCT name FROM " + tables.own() + " ORDER BY name")) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
    }
    return names;
  }

  /** The newest version of {@code name} as it was stored; throws UNKNOWN_MODEL or BAD_MODEL. */
  public StoredModel load(String name) throws SQLException {
    Optional<StoredModel> model = byKey(header(name).key());
    while (model.isEmpty()) { // dropped since: the header is refused now, or is of another version
      model = byKey(header(name).key());
    }
    return model.get();
  }

  /** The model with that key in any database attached. */
  Optional<StoredModel> byKey(long key) throws SQLException {
    for (String candidate : tables.databases()) {
      String sql =
          "SELECT name, payload FROM " + ModelTables.of(candidate) + " WHERE key = ? LIMIT 1";
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setLong(1, key);
        try (ResultSet row = statement.executeQuery()) {
          if (row.next()) {
            return Optional.of(ModelCodec.decode(row.getString(1), row.getBytes(2)));
          }
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Removes all versions of {@code name} from the store's own database.
   *
   * @return how many there were, at least 1
   * @throws WhatifException UNKNOWN_MODEL, READ_ONLY
   */
  public long drop(String name) throws SQLException {
    checkWritable();
    if (!exists(name)) {
      header(name);
      throw new WhatifException(
          ErrorCode.UNKNOWN_MODEL,
          "model => '%s': is in another database than '%s'. USE that one first."
              .formatted(name, database));
    }
    String sql = "DELETE FROM " + tables.own() + " WHERE name = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      return statement.executeUpdate();
    }
  }

  /** What cate_models() is: a query in parentheses over the store, empty if there is none yet. */
  public String listSql() throws SQLException {
    boolean present = tables.hasOwn();
    String newest =
        present
            ? "(SELECT * FROM %s QUALIFY row_number() OVER (PARTITION BY name %s) = 1)"
                .formatted(tables.lowered(database), NEWEST_FIRST)
            : """
            (SELECT NULL::VARCHAR AS name, NULL::BIGINT AS version, NULL::VARCHAR AS method,
              NULL::TIMESTAMP AS created_at, NULL::BIGINT AS n, NULL::VARCHAR AS spec,
              NULL::BLOB AS payload WHERE false)""";
    return """
        (SELECT name, version, method, created_at, n, spec->>'$.outcome' AS outcome,
          spec->>'$.treatment' AS treatment,
          from_json(spec->'$.features[*].name', '["VARCHAR"]') AS features,
          (spec->'$.arguments')::VARCHAR AS spec, octet_length(payload) AS payload_bytes FROM %s ORDER BY name)"""
        .formatted(newest);
  }

  private @Nullable ModelHeader headerFrom(String from, String name) throws SQLException {
    String sql =
        "SELECT key, version, spec FROM %s WHERE name = ? %s LIMIT 1"
            .formatted(ModelTables.of(from), NEWEST_FIRST);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return null;
        }
        String table = tables.lowered(from);
        ModelSpec spec = ModelSpec.parse(name, row.getString(3));
        return new ModelHeader(
            row.getLong(1),
            name,
            row.getLong(2),
            table,
            spec.features(),
            spec.keyCount(),
            spec.control(),
            spec.id());
      }
    }
  }
}
