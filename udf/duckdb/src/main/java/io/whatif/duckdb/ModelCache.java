/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.model.StoredModel;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Models by key. A key never changes its payload, so an entry never grows stale. Filled at the fit,
 * so that the models of an open transaction score; else from what is committed.
 */
final class ModelCache {
  private static final int CAPACITY = 64;
  private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Engine engine;
  private final Map<Long, LoadedModel> byKey =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, LoadedModel> eldest) {
          return size() > CAPACITY;
        }
      };

  private final Map<Name, Newest> newest = new ConcurrentHashMap<>();

  private record Name(String database, String model) {}

  /** The key a name had when it was looked up. */
  private record Newest(long key, long seenAt) {}

  ModelCache(Engine engine) {
    this.engine = engine;
  }

  synchronized LoadedModel put(long key, StoredModel model) {
    LoadedModel loaded = new LoadedModel(model.name(), model.model());
    byKey.put(key, loaded);
    return loaded;
  }

  private synchronized @Nullable LoadedModel cached(long key) {
    return byKey.get(key);
  }

  /**
   * The model with {@code key}.
   *
   * @param name what the call names it, for messages
   */
  LoadedModel byKey(long key, String name) throws SQLException {
    LoadedModel cached = cached(key);
    if (cached != null) {
      return cached;
    }
    try (Connection connection = engine.duplicate()) {
      StoredModel stored =
          ModelStore.on(connection)
              .byKey(key)
              .orElseThrow(
                  () ->
                      new WhatifException(
                          ErrorCode.UNKNOWN_MODEL,
                          "model '%s' was written by a transaction that is still open. COMMIT it first."
                              .formatted(name)));
      return put(key, stored);
    }
  }

  /**
   * The newest committed model of that name, in {@code database} or another one attached. Asked for
   * every chunk of a scan, so the answer holds for a moment: a change to the store that was made by
   * plain SQL shows after that, one by our own functions at once.
   */
  LoadedModel committed(String database, String name) throws SQLException {
    Name asked = new Name(database, name);
    Newest known = newest.get(asked);
    if (known != null && System.nanoTime() - known.seenAt() < MOMENT_NANOS) {
      return byKey(known.key(), name);
    }
    try (Connection connection = engine.duplicate()) {
      long seenAt = System.nanoTime();
      ModelHeader header = ModelStore.on(connection, database).header(name);
      newest.put(asked, new Newest(header.key(), seenAt));
      return byKey(header.key(), name);
    }
  }

  /** Told when our own functions have changed a store. */
  void changed() {
    newest.clear();
  }
}
