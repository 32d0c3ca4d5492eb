/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.model.StoredModel;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A model that was fitted and is not yet in a database.
 *
 * @param key identifies the payload: made from its bytes
 * @param model the model
 * @param spec what can be read of it without decoding the payload, as JSON
 * @param payload the model as {@link io.whatif.model.ModelCodec} writes it
 * @param replace whether it may become a further version of a model that exists
 */
public record FittedModel(
    long key, StoredModel model, String spec, byte[] payload, boolean replace) {

  /**
   * Has the model stored: by the driver, when the statement has succeeded, or at once by a
   * connection of the engine's own.
   *
   * @param scope of the statement; null if it runs without the driver
   * @param database that it is stored in at once
   */
  void keep(Engine engine, @Nullable Scope scope, String database) throws SQLException {
    engine.models().put(key, model);
    if (scope != null) {
      scope.add(this);
      return;
    }
    try (Connection connection = engine.duplicate()) {
      ModelStore.on(connection, database).insert(this);
    }
    engine.models().changed();
  }
}
