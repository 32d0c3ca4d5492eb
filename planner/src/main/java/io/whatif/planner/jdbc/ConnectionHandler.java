/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.duckdb.Engine;
import io.whatif.duckdb.Errors;
import io.whatif.duckdb.MemoryLimit;
import io.whatif.duckdb.ModelHeader;
import io.whatif.duckdb.ModelStore;
import io.whatif.duckdb.RowEstimate;
import io.whatif.duckdb.SpecFile;
import io.whatif.model.StoredModel;
import io.whatif.planner.Planner;
import io.whatif.planner.sql.Script;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A connection of ours over one of DuckDB's. */
final class ConnectionHandler extends Delegation implements Planner.Models {
  private final Connection duckdb;
  private final Address address;
  private final boolean alone;
  private @Nullable Connection connection;
  private @Nullable Engine engine;

  ConnectionHandler(Connection duckdb, Address address) throws SQLException {
    this(duckdb, address, false);
  }

  /**
   * A connection.
   *
   * @param alone whether nobody else can come to it: the only one of a database in memory
   */
  ConnectionHandler(Connection duckdb, Address address, boolean alone) throws SQLException {
    this.duckdb = duckdb;
    this.address = address;
    this.alone = alone && address.isInMemory();
    if (!address.isInMemory()) {
      engine();
    }
  }

  /** The connection that JDBC sees, made when it is first asked for. */
  synchronized Connection connection() {
    Connection known = connection;
    if (known == null) {
      known = proxy(Connection.class);
      connection = known;
    }
    return known;
  }

  /** A new statement. */
  StatementHandler statement() throws SQLException {
    return new StatementHandler(this, duckdb::createStatement);
  }

  Connection duckdb() {
    return duckdb;
  }

  /** The engine of the database, registered at the first call: that takes a tenth of a second. */
  synchronized Engine engine() throws SQLException {
    Engine known = engine;
    if (known == null) {
      known = alone ? Engine.ofNew(duckdb) : Engine.of(duckdb);
      engine = known;
    }
    return known;
  }

  /**
   * Registers the engine before a plain statement after which it would be too late: a transaction
   * that is open does not see functions registered later, and an attached file may have views over
   * them.
   */
  void beforePlain(String text) throws SQLException {
    if (engine == null && Script.mayOpen(text)) {
      engine();
    }
  }

  boolean showsProgress() {
    return address.progress();
  }

  /** Where the mistakes of a statement are found. */
  DriverErrors.Source source(String text) {
    return new DriverErrors.Source(text, address.excerpts());
  }

  @Override
  Connection target() {
    return duckdb;
  }

  @Override
  @Nullable Object call(Method method, @Nullable Object[] arguments) throws SQLException {
    return switch (method.getName()) {
      case "createStatement" ->
          new StatementHandler(this, () -> (Statement) required(pass(method, arguments)))
              .statement();
      case "prepareStatement" -> prepare(method, arguments);
      case "setAutoCommit" -> {
        engine();
        yield pass(method, arguments);
      }
      case "getMetaData" ->
          new MetaData((DatabaseMetaData) required(pass(method, arguments))).get();
      default -> pass(method, arguments);
    };
  }

  private PreparedStatement prepare(Method method, @Nullable Object[] arguments)
      throws SQLException {
    String sql = (String) required(arguments[0]);
    return new PreparedHandler(
            this,
            sql,
            text -> {
              @Nullable Object[] rewritten = arguments.clone();
              rewritten[0] = text;
              return (PreparedStatement) required(pass(method, rewritten));
            })
        .statement();
  }

  /** A method of DuckDB's never gives null here. */
  static Object required(@Nullable Object value) {
    return Objects.requireNonNull(value);
  }

  @Override
  public ModelHeader header(String name) {
    return inStore(store -> store.header(name));
  }

  @Override
  public StoredModel load(String name) {
    return inStore(store -> store.load(name));
  }

  @Override
  public Optional<StoredModel> beforeFit(String name, String ifExists) {
    return inStore(store -> store.checkFit(name, ifExists));
  }

  @Override
  public String list() {
    return inStore(ModelStore::listSql);
  }

  @Override
  public String file(String path) {
    return SpecFile.read(duckdb, path);
  }

  @Override
  public OptionalLong rows(String query) {
    return RowEstimate.of(duckdb, query);
  }

  @Override
  public long memoryLimit() {
    try {
      return MemoryLimit.of(duckdb);
    } catch (SQLException e) {
      throw new WhatifException(ErrorCode.BAD_STATEMENT, Errors.clean(e));
    }
  }

  private interface Look<T> {
    T in(ModelStore store) throws SQLException;
  }

  private <T> T inStore(Look<T> look) {
    try {
      return look.in(ModelStore.on(duckdb));
    } catch (SQLException e) {
      throw new WhatifException(ErrorCode.BAD_STATEMENT, Errors.clean(e));
    }
  }

  /** Whether a transaction is open that a COMMIT or ROLLBACK of the user's will end. */
  boolean inTransaction() throws SQLException {
    if (!duckdb.getAutoCommit()) {
      return true;
    }
    long first = transaction();
    return transaction() == first;
  }

  /** In autocommit each statement is a transaction of its own, and has a number of its own. */
  private long transaction() throws SQLException {
    try (Statement statement = duckdb.createStatement();
        ResultSet row = statement.executeQuery("SELECT txid_current()")) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Tells our URL and connection in the place of DuckDB's. */
  private final class MetaData extends Delegation {
    private final DatabaseMetaData metaData;

    MetaData(DatabaseMetaData metaData) {
      this.metaData = metaData;
    }

    DatabaseMetaData get() {
      return proxy(DatabaseMetaData.class);
    }

    @Override
    DatabaseMetaData target() {
      return metaData;
    }

    @Override
    @Nullable Object call(Method method, @Nullable Object[] arguments) throws SQLException {
      return switch (method.getName()) {
        case "getConnection" -> connection();
        case "getURL" -> address.url();
        case "getDriverName" -> "Whatif";
        default -> pass(method, arguments);
      };
    }
  }
}
