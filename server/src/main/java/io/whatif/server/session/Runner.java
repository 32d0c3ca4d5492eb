/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.planner.Planner;
import io.whatif.server.wire.BackendWriter;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements so that they can be stopped, and tells how far a causal one is: that runs on
 * another thread while this one writes notices.
 */
final class Runner {
  /** A statement that is done sooner tells no progress. */
  private static final long TOLD_AFTER_MILLIS = 1_000;

  private static final long TOLD_EVERY_MILLIS = 1_000;

  private final Running running;
  private final ExecutorService workers;
  private final BackendWriter out;

  Runner(Running running, ExecutorService workers, BackendWriter out) {
    this.running = running;
    this.workers = workers;
    this.out = out;
  }

  /** Runs a statement of the driver's. */
  interface Action {
    boolean run() throws SQLException;
  }

  /** Whether it gives rows. The caller ends {@link Running} when these are written. */
  boolean run(Statement statement, String sql, Action action, long timeoutMillis)
      throws SQLException, IOException, WireException {
    running.begin(statement, timeoutMillis);
    try {
      boolean rows = Planner.concerns(sql) ? watched(statement, action) : action.run();
      warn(statement);
      return rows;
    } catch (SQLException e) {
      Report stopped = running.reason();
      if (stopped != null) {
        warn(statement);
        throw new WireException(stopped);
      }
      throw e;
    }
  }

  private boolean watched(Statement statement, Action action) throws SQLException, IOException {
    Future<Boolean> result = workers.submit(action::run);
    Progress progress = new Progress(statement);
    long wait = TOLD_AFTER_MILLIS;
    try {
      while (true) {
        try {
          return result.get(wait, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          wait = TOLD_EVERY_MILLIS;
          progress.tell();
        } catch (InterruptedException e) { // The session ends; the statement does so first.
          running.cancel();
        } catch (ExecutionException e) {
          throw failure(e.getCause());
        }
      }
    } finally {
      progress.check();
    }
  }

  /**
   * Tells how far a statement is; to a client that is gone no more, but its statement ends first.
   */
  private final class Progress {
    private final Statement statement;
    private String told = "";
    private @Nullable IOException broken;

    Progress(Statement statement) {
      this.statement = statement;
    }

    void tell() throws SQLException {
      SQLWarning now = statement.getWarnings();
      String text = now == null ? "" : String.valueOf(now.getMessage());
      if (broken != null || text.isEmpty() || text.equals(told)) {
        return;
      }
      told = text;
      try {
        out.report(Report.notice(text));
        out.flush();
      } catch (IOException e) {
        broken = e;
        running.cancel();
      }
    }

    void check() throws IOException {
      if (broken != null) {
        throw broken;
      }
    }
  }

  private static SQLException failure(@Nullable Throwable cause) {
    if (cause instanceof SQLException failure) {
      return failure;
    }
    return new SQLException("internal fault: " + cause, SqlState.INTERNAL_ERROR, cause);
  }

  private void warn(Statement statement) throws SQLException, IOException {
    for (SQLWarning warning = statement.getWarnings();
        warning != null;
        warning = warning.getNextWarning()) {
      out.report(Report.warning(SqlState.WARNING, String.valueOf(warning.getMessage())));
    }
  }
}
