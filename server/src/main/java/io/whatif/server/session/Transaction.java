/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.server.dialect.Dialect;
import io.whatif.server.wire.BackendWriter;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * The transaction of a session as PostgreSQL has it: a block of the client's own; or an implicit
 * one around the statements of one message, or of the messages up to a Sync. When a statement fails
 * DuckDB's transaction is rolled back at once, and what is left of a block is refused.
 */
final class Transaction {
  private final Connection connection;
  private final Dialect dialect;
  private final BackendWriter out;
  private boolean block;
  private boolean implicit;
  private boolean failed;

  /** Whether DuckDB's transaction only reads. */
  private boolean reading;

  /** Whether a statement has run in it. */
  private boolean used;

  Transaction(Connection connection, Dialect dialect, BackendWriter out) {
    this.connection = connection;
    this.dialect = dialect;
    this.out = out;
  }

  /** What ReadyForQuery tells. */
  char status() {
    return failed ? 'E' : block ? 'T' : 'I';
  }

  /** Whether the client has begun a block. */
  boolean isBlock() {
    return block;
  }

  /** Whether DuckDB's transaction is open. */
  boolean isOpen() {
    return (block || implicit) && !failed;
  }

  void requireUsable() throws WireException {
    if (failed) {
      throw new WireException(
          Report.error(
              SqlState.FAILED_TRANSACTION,
              "current transaction is aborted, commands ignored until end of transaction block"));
    }
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Begins an implicit transaction unless one is open. */
  void beginImplicit() throws SQLException {
    if (!block && !implicit) {
      open(isReadOnlyByDefault());
      implicit = true;
      dialect.began();
    }
  }

  private void open(boolean readOnly) throws SQLException {
    run(readOnly ? "BEGIN TRANSACTION READ ONLY" : "BEGIN TRANSACTION");
    reading = readOnly;
    used = false;
  }

  /** Whether a transaction only reads where nothing else is said. */
  boolean isReadOnlyByDefault() {
    return dialect.setting("default_transaction_read_only").equals("on");
  }

  /** A statement runs now: from here on what the transaction may do stays as it is. */
  void use() {
    used = true;
  }

  /** Makes DuckDB's transaction what {@code transaction_read_only} says. */
  void follow() throws SQLException, WireException {
    boolean wanted = dialect.setting("transaction_read_only").equals("on");
    if (!isOpen() || wanted == reading) {
      return;
    }
    if (used) {
      throw new WireException(
          Report.error(
              SqlState.ACTIVE_TRANSACTION,
              "transaction %s mode must be set before any query"
                  .formatted(wanted ? "read-only" : "read-write")));
    }
    run("ROLLBACK");
    open(wanted);
  }

  /** SET TRANSACTION, of this one; SET SESSION CHARACTERISTICS AS TRANSACTION, of later ones. */
  String mode(Command command) throws SQLException, IOException, WireException {
    boolean local = command.words().get(1).equals("TRANSACTION");
    if (local && !isOpen()) {
      out.report(
          Report.warning(
              SqlState.NO_ACTIVE_TRANSACTION,
              "SET TRANSACTION can only be used in transaction blocks"));
    } else {
      modes(command, local);
    }
    return "SET";
  }

  private void modes(Command command, boolean local)
      throws SQLException, IOException, WireException {
    for (Map.Entry<String, String> changed : dialect.modes(command.words(), local).entrySet()) {
      out.parameterStatus(changed.getKey(), changed.getValue());
    }
    follow();
  }

  /** Commits the implicit transaction, if there is one. */
  void endImplicit() throws SQLException, IOException {
    if (implicit) {
      implicit = false;
      finish(true);
    }
  }

  /** A statement has failed. */
  void fail() throws SQLException, IOException {
    if (failed || !(block || implicit)) {
      return;
    }
    implicit = false;
    failed = block;
    try {
      run("ROLLBACK");
    } catch (SQLException e) { // DuckDB has ended it by itself: there is nothing to roll back.
      if (!String.valueOf(e.getMessage()).contains("no transaction is active")) {
        throw e;
      }
    }
    restore(false);
  }

  /** BEGIN. */
  String begin(Command command) throws SQLException, IOException, WireException {
    if (block) {
      out.report(
          Report.warning(
              SqlState.ACTIVE_TRANSACTION, "there is already a transaction in progress"));
    } else if (implicit) {
      implicit = false;
      block = true;
    } else {
      open(command.readOnly().orElse(isReadOnlyByDefault()));
      block = true;
      dialect.began();
    }
    modes(command, true);
    return command.acting().equals("START") ? "START TRANSACTION" : "BEGIN";
  }

  /** COMMIT. */
  String commit() throws SQLException, IOException {
    if (failed) {
      block = false;
      failed = false;
      return "ROLLBACK";
    }
    if (!block) {
      warnOfNone();
    }
    if (block || implicit) {
      block = false;
      implicit = false;
      finish(true);
    }
    return "COMMIT";
  }

  /** ROLLBACK. */
  String rollback() throws SQLException, IOException {
    boolean open = isOpen();
    if (!block) {
      warnOfNone();
    }
    block = false;
    implicit = false;
    failed = false;
    if (open) {
      finish(false);
    }
    return "ROLLBACK";
  }

  private void warnOfNone() throws IOException {
    out.report(
        Report.warning(SqlState.NO_ACTIVE_TRANSACTION, "there is no transaction in progress"));
  }

  private void finish(boolean commit) throws SQLException, IOException {
    boolean done = false;
    try {
      run(commit ? "COMMIT" : "ROLLBACK");
      done = commit;
    } finally {
      restore(done);
    }
  }

  /** What was SET in the transaction may end with it. */
  private void restore(boolean committed) throws SQLException, IOException {
    Dialect.Restored restored = dialect.ended(committed);
    for (String sql : restored.statements()) {
      run(sql);
    }
    for (Map.Entry<String, String> changed : restored.changed().entrySet()) {
      out.parameterStatus(changed.getKey(), changed.getValue());
    }
  }
}
