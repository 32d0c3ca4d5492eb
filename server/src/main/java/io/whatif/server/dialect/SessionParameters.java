/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The values of one session's parameters, and what a rollback brings back. */
final class SessionParameters {
  /** How a transaction is; each has a default for those that do not say. */
  static final List<String> MODES =
      List.of("transaction_deferrable", "transaction_isolation", "transaction_read_only");

  private final Map<String, PostgresParameter> known;

  /** What the session began with, where that is not the parameter's own first value. */
  private final Map<String, String> initial = new HashMap<>();

  private Map<String, String> session = new HashMap<>();
  private final Map<String, String> local = new HashMap<>();
  private Map<String, String> before = Map.of();
  private boolean inTransaction;

  SessionParameters(Map<String, PostgresParameter> known) {
    this.known = known;
  }

  Optional<PostgresParameter> parameter(String name) {
    return Optional.ofNullable(known.get(key(name)));
  }

  /** A name with a dot in it is any program's own. */
  static boolean isForeign(String name) {
    return name.indexOf('.') > 0;
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Sets what RESET goes back to. */
  void begin(String name, String value) {
    initial.put(key(name), value);
  }

  Optional<String> value(String name) {
    String key = key(name);
    if (!inTransaction && MODES.contains(key)) { // That of the next one.
      return value("default_" + key);
    }
    for (Map<String, String> values : List.of(local, session, initial)) {
      String value = values.get(key);
      if (value != null) {
        return Optional.of(value);
      }
    }
    return parameter(name).map(PostgresParameter::shown);
  }

  void set(String name, String value, boolean untilTransactionEnds) {
    String key = key(name);
    if (untilTransactionEnds) {
      if (inTransaction) { // Elsewhere PostgreSQL warns, and does nothing.
        local.put(key, value);
      }
    } else {
      local.remove(key);
      session.put(key, value);
    }
  }

  void reset(String name) {
    local.remove(key(name));
    session.remove(key(name));
  }

  void resetAll() {
    local.clear();
    session.clear();
  }

  void began() {
    if (!inTransaction) {
      before = Map.copyOf(session);
    }
    inTransaction = true;
  }

  void ended(boolean committed) {
    local.clear();
    if (inTransaction && !committed) {
      session = new HashMap<>(before);
    }
    inTransaction = false;
  }

  /** The values that ParameterStatus tells of. */
  Map<String, String> reported() {
    Map<String, String> reported = new LinkedHashMap<>();
    for (String name : PostgresParameter.REPORTED) {
      value(name).ifPresent(value -> reported.put(name, value));
    }
    return reported;
  }

  /** Every value that is not its parameter's first. */
  Map<String, String> changed() {
    Map<String, String> changed = new LinkedHashMap<>(initial);
    changed.putAll(session);
    changed.putAll(local);
    return changed;
  }

  Iterable<PostgresParameter> all() {
    return known.values();
  }
}
