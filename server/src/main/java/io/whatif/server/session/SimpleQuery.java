/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.planner.sql.Keywords;
import io.whatif.planner.sql.Script;
import io.whatif.server.copy.CopyStatement;
import io.whatif.server.dialect.Reading;
import io.whatif.server.value.Column;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/** Runs the statements of one Query message; several of them are one transaction. */
final class SimpleQuery {
  private final Backend backend;
  private final Control control;
  private final Copying copying;
  private final Cursors cursors;
  private final Discard discard;

  /** Forgets what a session has prepared by the protocol. */
  interface Discard {
    void all() throws SQLException;

    /** Whether there is a statement of that name. */
    boolean one(String statement) throws SQLException;
  }

  SimpleQuery(Backend backend, Cursors cursors, Discard discard) {
    this.discard = discard;
    this.backend = backend;
    this.control = new Control(backend);
    this.copying = new Copying(backend);
    this.cursors = cursors;
  }

  void run(String text) throws IOException, WireException, InterruptedException {
    List<Script.Part> parts = Script.parts(text);
    if (parts.isEmpty()) {
      backend.out().empty('I');
    }
    for (Script.Part part : parts) {
      int offset = text.codePointCount(0, part.offset());
      try {
        Command command = Command.of(part.text());
        if (!Control.answers(command)) {
          backend.transaction().requireUsable();
          if (parts.size() > 1 || backend.transaction().isReadOnlyByDefault()) {
            backend.transaction().beginImplicit();
          }
        }
        one(command, part.text(), offset, List.of(), true);
      } catch (SQLException e) {
        throw Backend.told(e, part.text(), offset);
      }
    }
    try {
      backend.transaction().endImplicit();
    } catch (SQLException e) {
      throw Backend.told(e, "COMMIT", -1);
    }
  }

  /**
   * Runs one statement that the session knows, or the driver without preparing it.
   *
   * @param offset where it stands in the client's text, or -1
   * @param formats of the rows it gives
   * @param describe whether these are described first
   */
  void one(Command command, String sql, int offset, List<Integer> formats, boolean describe)
      throws SQLException, IOException, WireException, InterruptedException {
    switch (command.kind()) {
      case BEGIN, COMMIT, ROLLBACK, SAVEPOINT, TRANSACTION_MODE ->
          backend.out().commandComplete(control.run(command));
      case DECLARE, FETCH, CLOSE -> cursors.run(command, sql, offset, formats, describe);
      case DISCARD -> discard(command, sql);
      case DEALLOCATE -> {
        List<Keywords.Word> words = Keywords.words(sql);
        if (discard.one(words.get(words.size() - 1).value())) {
          backend.out().commandComplete("DEALLOCATE");
        } else {
          driver(command, sql, offset);
        }
      }
      case COPY -> {
        Optional<CopyStatement> copy = CopyStatement.of(sql);
        if (copy.isPresent()) {
          backend.transaction().use();
          copying.run(copy.get(), sql);
        } else {
          driver(command, sql, offset);
        }
      }
      default -> driver(command, sql, offset);
    }
  }

  /** DISCARD may reset parameters as well, which is the dialect's. */
  private void discard(Command command, String sql)
      throws SQLException, IOException, WireException {
    if (command.words().contains("ALL") || command.words().contains("PLANS")) {
      discard.all();
    }
    String tag = String.join(" ", command.words());
    if (command.acting().equals("DISCARD") && backend.read(sql) instanceof Reading.Done done) {
      backend.tellChanged(done.changed());
      tag = done.tag();
    }
    backend.out().commandComplete(tag);
  }

  private void driver(Command command, String sql, int offset)
      throws SQLException, IOException, WireException {
    Reading reading = backend.read(sql);
    if (reading instanceof Reading.Done done) {
      backend.transaction().follow();
      backend.tellChanged(done.changed());
      backend.out().commandComplete(done.tag());
    } else if (reading instanceof Reading.Run run) {
      try {
        run(command, run);
      } catch (SQLException e) {
        throw Backend.told(e, run.sql(), run.sql().equals(sql) ? offset : -1);
      }
    }
  }

  private void run(Command command, Reading.Run run)
      throws SQLException, IOException, WireException {
    Streaming streaming = backend.streaming();
    streaming.set(!backend.transaction().isOpen() && Streaming.suits(command, run.sql()));
    try {
      once(command, run);
    } catch (SQLException e) {
      if (!streaming.hides(e)) {
        throw e;
      }
      streaming.set(false);
      once(command, run);
    }
  }

  private void once(Command command, Reading.Run run)
      throws SQLException, IOException, WireException {
    backend.transaction().use();
    try (Statement statement = backend.connection().createStatement()) {
      boolean rows = backend.execute(statement, run.sql());
      long count = rows ? rows(command, run, statement) : statement.getUpdateCount();
      backend.tellChanged(run.changed());
      backend.out().commandComplete(command.tag(count));
    } finally {
      backend.running().end();
    }
  }

  private long rows(Command command, Reading.Run run, Statement statement)
      throws SQLException, IOException, WireException {
    try (ResultSet rows = statement.getResultSet()) {
      List<Column> columns = Answer.columns(rows.getMetaData(), run.columns());
      if (!command.rows()) { // DuckDB counts rows, or says Success.
        return rows.next() && columns.get(0).name().equals("Count") ? rows.getLong(1) : -1;
      }
      Answer.describe(columns, List.of(), backend.out());
      return new Answer(rows, columns, List.of(), backend.zone())
          .write(backend.out(), 0, backend.running());
    }
  }
}
