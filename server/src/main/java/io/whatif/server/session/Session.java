/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.server.dialect.Dialect;
import io.whatif.server.dialect.Refused;
import io.whatif.server.dialect.SessionFacts;
import io.whatif.server.wire.BackendWriter;
import io.whatif.server.wire.FrontendMessage;
import io.whatif.server.wire.FrontendMessage.Bind;
import io.whatif.server.wire.FrontendMessage.Close;
import io.whatif.server.wire.FrontendMessage.CopyData;
import io.whatif.server.wire.FrontendMessage.CopyDone;
import io.whatif.server.wire.FrontendMessage.CopyFail;
import io.whatif.server.wire.FrontendMessage.Describe;
import io.whatif.server.wire.FrontendMessage.Execute;
import io.whatif.server.wire.FrontendMessage.Flush;
import io.whatif.server.wire.FrontendMessage.FunctionCall;
import io.whatif.server.wire.FrontendMessage.Parse;
import io.whatif.server.wire.FrontendMessage.Password;
import io.whatif.server.wire.FrontendMessage.Query;
import io.whatif.server.wire.FrontendMessage.Sync;
import io.whatif.server.wire.FrontendMessage.Terminate;
import io.whatif.server.wire.FrontendMessage.Unreadable;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Answers one client from its first statement to its last, on the thread that calls {@link #run}.
 */
public final class Session {
  /**
   * A database that is served.
   *
   * @param name what DuckDB calls it
   * @param file where it really lies, without links
   * @param folders whose files statements may reach
   */
  public record Served(String name, Path file, List<Path> folders) {}

  /** What a client that is gone would be told. */
  private static final Report GONE =
      Report.fatal(SqlState.ADMIN_SHUTDOWN, "the client has closed the connection");

  private static final Report SHUTDOWN =
      Report.fatal(SqlState.ADMIN_SHUTDOWN, "terminating connection due to administrator command");

  private final Client client;
  private final BackendWriter out;
  private final Inbox inbox = new Inbox();
  private final Running running = new Running();
  private final Backend backend;
  private final Cursors cursors;
  private final SimpleQuery simple;
  private final Extended extended;
  private boolean skipping;

  /**
   * Prepares a session.
   *
   * @param connection its own
   * @param database what it is connected to
   * @param workers run what others wait for
   * @throws WireException if a parameter of its first message cannot be
   */
  public Session(Client client, Connection connection, Served database, ExecutorService workers)
      throws SQLException, WireException {
    this.client = client;
    this.out = client.out();
    Dialect dialect = dialect(client, connection, database.name());
    this.backend =
        new Backend(
            connection,
            dialect,
            out,
            inbox,
            running,
            new Runner(running, workers, out),
            new Streaming(connection),
            new Transaction(connection, dialect, out),
            database);
    this.cursors = new Cursors(backend);
    this.simple = new SimpleQuery(backend, cursors, forgetting());
    this.extended = new Extended(backend, simple, cursors);
  }

  private static Dialect dialect(Client client, Connection connection, String database)
      throws SQLException, WireException {
    try {
      Dialect dialect =
          new Dialect(
              new SessionFacts(client.user(), database, client.process(), client.startup()),
              connection);
      for (String sql : dialect.opening()) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(sql);
        }
      }
      return dialect;
    } catch (Refused e) {
      throw new WireException(Report.fatal(e.sqlState(), e.getMessage()));
    }
  }

  /** Stops the statement that runs. */
  public void cancel() {
    running.cancel();
  }

  /** Ends the session soon. */
  public void shutDown() {
    running.cancelAll(SHUTDOWN);
    inbox.close();
  }

  /** Comes every now and then, from another thread. */
  public void tick() {
    running.tick();
  }

  /** Reads what the client sends, on a thread of its own, until it is gone. */
  public void read() {
    inbox.fill(client.frames(), () -> running.cancelAll(GONE));
  }

  /** Answers the client until it is gone. */
  public void run() throws IOException, InterruptedException {
    greet();
    try {
      boolean goesOn = true;
      while (goesOn) {
        FrontendMessage message = inbox.take();
        goesOn = message == null ? farewell() : next(message);
      }
    } finally {
      close();
    }
  }

  private void greet() throws IOException {
    for (Map.Entry<String, String> parameter : backend.dialect().reported().entrySet()) {
      out.parameterStatus(parameter.getKey(), parameter.getValue());
    }
    out.begin('K').int32(client.process()).int32(client.secret()).end();
    ready();
  }

  private boolean farewell() throws IOException {
    out.report(SHUTDOWN);
    out.flush();
    return false;
  }

  private void ready() throws IOException {
    out.readyForQuery(backend.transaction().status());
    out.flush();
  }

  /** A part of an answer. */
  private interface Step {
    void run() throws SQLException, IOException, WireException, InterruptedException;
  }

  /** Answers a message; whether the session goes on. */
  private boolean next(FrontendMessage message) throws IOException, InterruptedException {
    if (message instanceof Terminate) {
      return false;
    }
    if (message instanceof Sync) {
      return sync();
    }
    if (message instanceof Query query) {
      skipping = false;
      boolean goesOn = query(query);
      if (goesOn) {
        ready();
      }
      return goesOn;
    }
    if (skipping && !isFatal(message)) {
      return true;
    }
    Report mistake = attempt(() -> extended(message));
    skipping |= mistake != null;
    return mistake == null || tell(mistake);
  }

  private static boolean isFatal(FrontendMessage message) {
    return message instanceof Unreadable unreadable
        && unreadable.report().severity() == Report.Severity.FATAL;
  }

  private boolean query(Query query) throws IOException, InterruptedException {
    Report mistake =
        attempt(
            () -> {
              extended.closeUnnamed();
              simple.run(query.sql());
            });
    mistake = mistake == null ? attempt(this::closeEnded) : mistake;
    return mistake == null || tell(mistake);
  }

  private boolean sync() throws IOException, InterruptedException {
    skipping = false;
    Report mistake =
        attempt(
            () -> {
              backend.transaction().endImplicit();
              closeEnded();
            });
    if (mistake != null && !tell(mistake)) {
      return false;
    }
    ready();
    return true;
  }

  /** Portals and cursors end with their transaction. */
  private void closeEnded() throws SQLException {
    if (!backend.transaction().isBlock()) {
      extended.closePortals();
      cursors.closeAll(false);
    }
  }

  private void extended(FrontendMessage message)
      throws SQLException, IOException, WireException, InterruptedException {
    if (message instanceof Parse parse) {
      extended.parse(parse);
    } else if (message instanceof Bind bind) {
      extended.bind(bind);
    } else if (message instanceof Describe describe) {
      extended.describe(describe);
    } else if (message instanceof Execute execute) {
      extended.execute(execute);
    } else if (message instanceof Close close) {
      extended.close(close);
    } else if (message instanceof Flush) {
      out.flush();
    } else {
      rare(message);
    }
  }

  private void rare(FrontendMessage message) throws IOException, WireException {
    if (message instanceof Unreadable unreadable) {
      throw new WireException(unreadable.report());
    }
    if (message instanceof FunctionCall) {
      out.report(
          Report.error(SqlState.FEATURE_NOT_SUPPORTED, "function calls are not supported")
              .hint("Write SELECT function(...)."));
      ready();
    } else if (message instanceof Password) {
      throw new WireException(
          Report.fatal(SqlState.PROTOCOL_VIOLATION, "a password message is not expected now"));
    } else if (!(message instanceof CopyData
        || message instanceof CopyDone
        || message instanceof CopyFail)) { // Those are left of a COPY that has failed.
      throw new IllegalStateException("no answer to " + message.getClass().getSimpleName());
    }
  }

  /** Runs a step; gives what went wrong, for which the transaction has failed. */
  private @Nullable Report attempt(Step step) throws IOException, InterruptedException {
    Report mistake;
    try {
      step.run();
      return null;
    } catch (WireException e) {
      mistake = e.report();
    } catch (SQLException e) {
      mistake = Failures.report(e, "", -1);
    } catch (OutOfMemoryError e) {
      mistake = Report.error(SqlState.OUT_OF_MEMORY, "the server's heap is full");
    } catch (DateTimeException e) { // The driver reads lists as they arrive, before their rows.
      mistake =
          Report.error(SqlState.DATETIME_FIELD_OVERFLOW, "a date or time is out of range")
              .hint("Cast it to VARCHAR.");
    } catch (RuntimeException | StackOverflowError e) {
      mistake = Report.error(SqlState.INTERNAL_ERROR, "internal fault: " + e);
    }
    try {
      backend.transaction().fail();
    } catch (SQLException e) {
      return Report.fatal(SqlState.INTERNAL_ERROR, "cannot roll back: " + e.getMessage());
    }
    return mistake;
  }

  /** Tells a mistake; whether the session goes on. */
  private boolean tell(Report mistake) throws IOException {
    out.report(mistake);
    out.flush();
    return mistake.severity() != Report.Severity.FATAL;
  }

  private void discard() throws SQLException {
    extended.closeAll();
    cursors.closeAll(true);
  }

  private SimpleQuery.Discard forgetting() {
    return new SimpleQuery.Discard() {
      @Override
      public void all() throws SQLException {
        discard();
      }

      @Override
      public boolean one(String statement) throws SQLException {
        return extended.forget(statement);
      }
    };
  }

  private void close() throws IOException {
    inbox.close();
    try {
      discard();
      backend.transaction().fail();
    } catch (SQLException e) { // The connection is closed next, and takes all with it.
      running.end();
    }
  }
}
