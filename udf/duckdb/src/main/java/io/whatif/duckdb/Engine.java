/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.arrow.ArrowMemory;
import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.Catalog;
import io.whatif.function.FunctionDescriptor;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Whatif in one database instance: its hidden functions, running sessions and loaded models.
 *
 * <p>The hidden functions, which DuckDB holds for the life of the instance, hold the engine; the
 * map of engines and the engine's view of its connections are weak. So an engine lives as long as
 * its instance, and never keeps one open.
 */
public final class Engine {
  /** Engines by the number that the instance's {@code whatif_instance()} gives. */
  private static final Map<Long, WeakReference<Engine>> ENGINES = new HashMap<>();

  private final long id;
  private final List<FunctionDescriptor> functions;
  private final List<WeakReference<Connection>> connections = new CopyOnWriteArrayList<>();
  private final Map<Long, Session> sessions = new ConcurrentHashMap<>();
  private final Map<String, Scope> scopes = new ConcurrentHashMap<>();
  private final AtomicLong handles = new AtomicLong();
  private final AtomicBoolean heapTold = new AtomicBoolean();
  private final ModelCache models = new ModelCache(this);

  private Engine(long id, List<FunctionDescriptor> functions) {
    this.id = id;
    this.functions = functions;
  }

  /**
   * Loads what the first engine and the first session of a JVM would wait for: time zones, by which
   * DuckDB's driver notes when a function was registered, memory off the heap, and the size of the
   * machine's.
   */
  public static void warmUp() {
    ZoneId unusedZone = ZoneId.systemDefault();
    ArrowMemory.open().ifPresent(ArrowMemory::close);
    MemoryLimit.standard();
  }

  /** The engine of the instance {@code duckdb} is connected to; registers it at the first call. */
  public static Engine of(Connection duckdb) throws SQLException {
    return of(duckdb, Catalog.ALL);
  }

  /**
   * An engine for an instance to which {@code duckdb} is the only connection, and which has none
   * yet: to be told so by DuckDB takes a hundredth of a second.
   */
  public static Engine ofNew(Connection duckdb) throws SQLException {
    DuckDBConnection connection = duckdb.unwrap(DuckDBConnection.class);
    synchronized (ENGINES) {
      try (Connection duplicate = duplicateOf(connection)) {
        Engine engine = registered(duplicate, Catalog.ALL);
        engine.attach(connection);
        return engine;
      }
    }
  }

  /**
   * As {@link #of(Connection)}, with functions of the caller's in place of the catalog's if the
   * instance has no engine yet.
   */
  public static Engine of(Connection duckdb, List<FunctionDescriptor> functions)
      throws SQLException {
    DuckDBConnection connection = duckdb.unwrap(DuckDBConnection.class);
    synchronized (ENGINES) {
      try (Connection duplicate = duplicateOf(connection)) {
        Long known = instance(duplicate);
        WeakReference<Engine> reference = known == null ? null : ENGINES.get(known);
        Engine engine = reference == null ? null : reference.get();
        if (engine == null) {
          engine = registered(duplicate, functions);
        }
        engine.attach(connection);
        return engine;
      }
    }
  }

  /** A new engine of an instance; the caller holds the map. */
  private static Engine registered(Connection duplicate, List<FunctionDescriptor> functions)
      throws SQLException {
    ENGINES.values().removeIf(reference -> reference.get() == null);
    Engine engine = new Engine(unique(), List.copyOf(functions));
    new HiddenFunctions(engine).register(duplicate);
    ENGINES.put(engine.id, new WeakReference<>(engine));
    return engine;
  }

  /**
   * The number of the instance's engine; null where it has none. DuckDB is asked for it outright:
   * to look for the function among all functions first takes twice as long.
   */
  private static @Nullable Long instance(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT whatif_instance()")) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      if (String.valueOf(e.getMessage()).contains("whatif_instance does not exist")) {
        return null;
      }
      throw e;
    }
  }

  private void attach(Connection connection) throws SQLException {
    List<WeakReference<Connection>> gone = new ArrayList<>();
    for (WeakReference<Connection> reference : connections) {
      Connection known = reference.get();
      if (known == connection) {
        return;
      }
      if (known == null || known.isClosed()) {
        gone.add(reference);
      }
    }
    connections.removeAll(gone);
    connections.add(new WeakReference<>(connection));
  }

  /** A connection of our own to the instance: it sees what is committed. */
  Connection duplicate() throws SQLException {
    for (WeakReference<Connection> reference : connections) {
      Connection connection = reference.get();
      if (connection != null && !connection.isClosed()) {
        return duplicateOf(connection);
      }
    }
    throw new WhatifException(
        ErrorCode.BAD_STATEMENT,
        "every connection that Whatif was registered on is closed. Register it on this one.");
  }

  /**
   * A number that no other engine or scope of this JVM has, nor those of another copy of Whatif in
   * it. It is no secret, so that it need not come from the system's random numbers, which take a
   * hundredth of a second to load.
   */
  private static long unique() {
    return ThreadLocalRandom.current().nextLong();
  }

  /** A duplicate takes over whether its original commits by itself; ours always do. */
  private static Connection duplicateOf(Connection connection) throws SQLException {
    Connection duplicate = connection.unwrap(DuckDBConnection.class).duplicate();
    duplicate.setAutoCommit(true);
    return duplicate;
  }

  long id() {
    return id;
  }

  List<FunctionDescriptor> functions() {
    return functions;
  }

  ModelCache models() {
    return models;
  }

  FunctionDescriptor function(String name) {
    Optional<FunctionDescriptor> function =
        functions.stream().filter(f -> f.name().equalsIgnoreCase(name)).findFirst();
    return function.orElseThrow(
        () ->
            new WhatifException(
                ErrorCode.BAD_STATEMENT, name + ": there is no such function in this version."));
  }

  /** Opens the surroundings of one statement that runs through the driver. */
  public Scope openScope() {
    Scope scope = new Scope(this, Long.toHexString(unique()));
    scopes.put(scope.token(), scope);
    return scope;
  }

  /** The scope of that token; null if no such statement runs. */
  @Nullable Scope scope(String token) {
    return scopes.get(token);
  }

  void closed(Scope scope) {
    scopes.remove(scope.token());
  }

  /** How many sessions are open; none when no statement runs. */
  public int openSessions() {
    return sessions.size();
  }

  /** A session for one call of a running statement, under the statement's scope if it has one. */
  Session openSession(String token) {
    Scope scope = scopes.get(token);
    Session session = new Session(this, handles.incrementAndGet(), token, scope);
    sessions.put(session.handle(), session);
    if (scope != null) {
      scope.opened(session);
    }
    return session;
  }

  /** How far the calls are that run now, in the order they were opened. */
  Stream<Progress> running() {
    return sessions.values().stream()
        .filter(session -> session.pace().isCalled())
        .map(Session::progress)
        .sorted(Comparator.comparingLong(Progress::session));
  }

  void closed(Session session) {
    sessions.remove(session.handle());
  }

  Session session(long handle) {
    Session session = sessions.get(handle);
    if (session == null) {
      throw new WhatifException(
          ErrorCode.BAD_STATEMENT,
          "whatif: no statement " + handle + " is running. Call a causal function instead.");
    }
    return session;
  }

  /** Off-heap memory for a session; empty, and said once, in a JVM that does not allow it. */
  Optional<ArrowMemory> openMemory() {
    Optional<ArrowMemory> memory = ArrowMemory.open();
    if (memory.isEmpty() && heapTold.compareAndSet(false, true)) {
      System.err.println(
          "whatif: columns are held on the Java heap; start the JVM with"
              + " --add-opens=java.base/java.nio=ALL-UNNAMED to hold them off it.");
    }
    return memory;
  }
}
