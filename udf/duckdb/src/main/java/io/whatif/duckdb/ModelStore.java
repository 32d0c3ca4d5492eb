/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.model.StoredModel;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The models of one database: the table {@code whatif.models}, read and written through SQL. */
@SuppressWarnings("DoNotCallSuggester") // until it is written
public final class ModelStore {
  private final Connection connection;

  private ModelStore(Connection connection) {
    this.connection = connection;
  }

  /** The store of the connection's current database. */
  public static ModelStore on(Connection connection) throws SQLException {
    return new ModelStore(connection);
  }

  /** Throws READ_ONLY unless the database can be written to. */
  public void checkWritable() throws SQLException {
    throw new SQLException("not yet: " + connection);
  }

  /**
   * What a fit of {@code name} is to do, decided before a row is read.
   *
   * @param ifExists error, replace or skip
   * @return the stored model that makes the fit unnecessary (skip), else empty
   * @throws io.whatif.data.WhatifException READ_ONLY or MODEL_EXISTS
   */
  public Optional<StoredModel> checkFit(String name, String ifExists) throws SQLException {
    throw new SQLException("not yet: " + name + ifExists);
  }

  /** Adds a model as the newest version of its name; the transaction is the connection's. */
  public void insert(FittedModel model) throws SQLException {
    throw new SQLException("not yet: " + model);
  }

  /** The newest version of {@code name}, or empty. */
  public Optional<ModelHeader> find(String name) throws SQLException {
    throw new SQLException("not yet: " + name);
  }

  /** As {@link #find}; throws UNKNOWN_MODEL with the nearest name. */
  public ModelHeader header(String name) throws SQLException {
    throw new SQLException("not yet: " + name);
  }

  /** Names of all models, sorted. */
  public List<String> names() throws SQLException {
    throw new SQLException("not yet");
  }

  /** The newest version of {@code name} as it was stored. */
  public StoredModel load(String name) throws SQLException {
    throw new SQLException("not yet: " + name);
  }

  /**
   * Removes all versions of {@code name}.
   *
   * @return how many there were, at least 1
   * @throws io.whatif.data.WhatifException UNKNOWN_MODEL, READ_ONLY
   */
  public long drop(String name) throws SQLException {
    throw new SQLException("not yet: " + name);
  }
}
