/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The statement a session runs now, for those who stop it: the client, its timeout, the end of its
 * connection or of the server. DuckDB forgets to stop what has hardly begun, so {@link #tick} asks
 * again until it has.
 */
final class Running {
  private @Nullable Statement statement;
  private @Nullable Report reason;
  private @Nullable Report ended;
  private long deadline;

  /** A statement is about to run; {@link #end} follows, however it ends. */
  synchronized void begin(Statement next, long timeoutMillis) throws WireException {
    if (ended != null) {
      throw new WireException(ended);
    }
    statement = next;
    reason = null;
    deadline =
        timeoutMillis == 0 ? 0 : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
  }

  synchronized void end() {
    statement = null;
    deadline = 0;
  }

  /** Why the statement was stopped; null if it was not. */
  synchronized @Nullable Report reason() {
    return reason;
  }

  /** Throws if the statement is to stop. */
  void check() throws WireException {
    Report why = reason();
    if (why != null) {
      throw new WireException(why);
    }
  }

  /** Stops what runs now, if anything does. */
  synchronized void cancel() {
    stop(Report.error(SqlState.QUERY_CANCELED, "canceling statement due to user request"));
  }

  /** Stops what runs now and what might run later. */
  synchronized void cancelAll(Report why) {
    ended = why;
    stop(why);
  }

  private synchronized void stop(Report why) {
    Statement running = statement;
    if (running == null) {
      return;
    }
    if (reason == null) {
      reason = why;
    }
    try {
      running.cancel();
    } catch (SQLException e) { // It is being closed: so it has ended.
      statement = null;
    }
  }

  /** Comes every now and then. */
  synchronized void tick() {
    Report why = reason;
    if (why != null) {
      stop(why);
    } else if (deadline != 0 && System.nanoTime() - deadline > 0) {
      stop(Report.error(SqlState.QUERY_CANCELED, "canceling statement due to statement timeout"));
    }
  }
}
