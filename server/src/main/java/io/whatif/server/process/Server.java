/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import io.whatif.planner.jdbc.ServerFile;
import io.whatif.server.auth.Users;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server of one database, from its start to its end. */
public final class Server implements AutoCloseable {
  private static final int BACKLOG = 512;
  private static final int MOST_REFUSALS = 2_000;
  private static final long TICK_MILLIS = 100;

  /**
   * DuckDB binds a statement on the thread that asks: on the JVM's own 1 MB a deep one would end
   * the process. Only what is used takes memory.
   */
  private static final long STACK_BYTES = 64L << 20;

  private static final long FAREWELL_MILLIS = 5_000;

  private final ServerOptions options;
  private final Warehouse warehouse;
  private final ServerSocket listener;
  private final Connections connections;
  private final ExecutorService workers;
  private final ThreadPoolExecutor refusals;
  private final ScheduledExecutorService clock;
  private final @Nullable ServerFile file;
  private @Nullable ScheduledFuture<?> ticking;

  private Server(
      ServerOptions options, Warehouse warehouse, ServerSocket listener, Handshake.Rules rules)
      throws IOException {
    this.options = options;
    this.warehouse = warehouse;
    this.listener = listener;
    this.workers = Executors.newCachedThreadPool(threads("whatif-session"));
    this.refusals =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_REFUSALS),
            threads("whatif-refusal"),
            new ThreadPoolExecutor.DiscardPolicy());
    this.clock = Executors.newSingleThreadScheduledExecutor(threads("whatif-clock"));
    this.connections = new Connections(warehouse, rules, options.limits(), workers, refusals);
    this.file = announce();
  }

  private static ThreadFactory threads(String name) {
    return task -> {
      Thread thread = new Thread(null, task, name, STACK_BYTES);
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Opens the database and the socket, and takes connections.
   *
   * @throws IOException if an option or a file is not what it must be
   */
  public static Server start(ServerOptions options) throws IOException, SQLException {
    InetAddress address = InetAddress.getByName(options.host());
    if (!address.isLoopbackAddress()
        && (options.users() == null || options.certificate() == null)) {
      throw new IOException(
          "--host => '%s': others can reach it, so it needs --users, --tls-cert and --tls-key"
              .formatted(options.host()));
    }
    Path certificate = options.certificate();
    Path key = options.key();
    Tls tls = certificate == null || key == null ? null : Tls.read(certificate, key);
    Path users = options.users();
    Users known = users == null ? null : Users.read(users);
    Warehouse warehouse = Warehouse.open(options);
    ServerSocket listener = new ServerSocket();
    try {
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(address, options.port()), BACKLOG);
      boolean secured = !address.isLoopbackAddress();
      Server server =
          new Server(
              options,
              warehouse,
              listener,
              new Handshake.Rules(known, tls, secured, warehouse.name()));
      server.begin();
      return server;
    } catch (IOException | RuntimeException e) {
      listener.close();
      try {
        warehouse.close();
      } catch (SQLException second) {
        e.addSuppressed(second);
      }
      if (e instanceof SocketException) {
        throw new IOException("--port => %d: %s".formatted(options.port(), e.getMessage()), e);
      }
      throw e;
    }
  }

  /**
   * Tells other processes who holds the file; where its folder cannot be written they must guess.
   * DuckDB's lock is held by now: what a file says that is there is of the past.
   */
  private @Nullable ServerFile announce() throws IOException {
    ServerFile mine =
        new ServerFile(options.host(), listener.getLocalPort(), ProcessHandle.current().pid());
    Path folder = ServerFile.of(options.database()).getParent();
    if (folder == null || !Files.isWritable(folder)) {
      return null;
    }
    mine.write(options.database());
    return mine;
  }

  private void begin() {
    ticking =
        clock.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    threads("whatif-listener").newThread(this::listen).start();
  }

  /** An exception would end the clock, and with it all deadlines. */
  private void tick() {
    try {
      connections.tick();
    } catch (RuntimeException | OutOfMemoryError e) { // The next tick comes soon.
      pause();
    }
  }

  private void listen() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        connections.accept(socket);
      } catch (IOException // Closed, or too many files are open: the next may be taken.
          | RuntimeException
          | OutOfMemoryError e) {
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(TICK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The port it listens on. */
  public int port() {
    return listener.getLocalPort();
  }

  /** What DuckDB calls the database. */
  public String database() {
    return warehouse.name();
  }

  /** How many sessions there are. */
  public int sessions() {
    return connections.sessions();
  }

  /** Ends statements and sessions, and closes the database. */
  @Override
  public void close() throws IOException, SQLException {
    listener.close();
    connections.shutDown();
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FAREWELL_MILLIS);
    while (connections.sessions() > 0 && System.nanoTime() < until) {
      pause();
    }
    connections.abort();
    if (ticking != null) {
      ticking.cancel(false);
    }
    clock.shutdownNow();
    refusals.shutdownNow();
    workers.shutdown();
    try {
      warehouse.close();
    } finally {
      if (file != null) {
        file.remove(options.database());
      }
    }
  }
}
