/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.planner.sql.Script;
import io.whatif.server.value.Column;
import io.whatif.server.wire.FrontendMessage;
import io.whatif.server.wire.FrontendMessage.Bind;
import io.whatif.server.wire.FrontendMessage.Close;
import io.whatif.server.wire.FrontendMessage.Describe;
import io.whatif.server.wire.FrontendMessage.Execute;
import io.whatif.server.wire.FrontendMessage.Parse;
import io.whatif.server.wire.FrontendMessage.Sync;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The extended protocol: statements that are prepared, bound and run in steps. */
final class Extended {
  /** How long a Sync may take to arrive after the Execute that is to be run by itself. */
  private static final long SYNC_MILLIS = 20;

  private static final int MOST_STATEMENTS = 10_000;
  private static final int MOST_PORTALS = 1_000;
  private static final long MOST_BYTES = 64L << 20;

  /** What a value takes beside its bytes. */
  private static final int OVERHEAD = 16;

  private final Backend backend;
  private final SimpleQuery statements;
  private final Cursors cursors;
  private final Map<String, Prepared> prepared = new HashMap<>();
  private final Map<String, Portal> portals = new HashMap<>();
  private final Allowance texts = new Allowance("prepared statements", MOST_STATEMENTS, MOST_BYTES);
  private final Allowance values = new Allowance("portals", MOST_PORTALS, 2 * MOST_BYTES);

  Extended(Backend backend, SimpleQuery statements, Cursors cursors) {
    this.backend = backend;
    this.statements = statements;
    this.cursors = cursors;
  }

  void parse(Parse message) throws SQLException, IOException, WireException {
    List<Script.Part> parts = Script.parts(message.sql());
    if (parts.size() > 1) {
      throw new WireException(
          Report.error(
              SqlState.SYNTAX_ERROR, "cannot insert multiple commands into a prepared statement"));
    }
    if (!message.name().isEmpty() && prepared.containsKey(message.name())) {
      throw new WireException(
          Report.error(
              SqlState.DUPLICATE_STATEMENT,
              "prepared statement \"%s\" already exists".formatted(message.name())));
    }
    String sql = parts.isEmpty() ? "" : parts.get(0).text();
    if (!Command.of(sql).endsTransaction()) {
      backend.transaction().requireUsable();
    }
    forget(message.name());
    texts.take(message.name(), 2L * sql.length());
    boolean kept = false;
    try {
      prepared.put(message.name(), Prepared.of(backend, sql, message.types()));
      kept = true;
    } finally {
      if (!kept) {
        texts.giveBack(message.name());
      }
    }
    backend.out().empty('1');
  }

  /** Whether there was a statement of that name, which is no more. */
  boolean forget(String statement) throws SQLException {
    texts.giveBack(statement);
    Prepared known = prepared.remove(statement);
    if (known != null) {
      known.close();
    }
    return known != null;
  }

  void bind(Bind message) throws SQLException, IOException, WireException {
    Prepared statement = statement(message.statement());
    if (!statement.command().endsTransaction()) {
      backend.transaction().requireUsable();
    }
    if (!message.portal().isEmpty() && portals.containsKey(message.portal())) {
      throw new WireException(
          Report.error(
              SqlState.DUPLICATE_CURSOR,
              "cursor \"%s\" already exists".formatted(message.portal())));
    }
    closePortal(message.portal());
    values.take(message.portal(), size(message));
    boolean kept = false;
    try {
      portals.put(message.portal(), new Portal(backend, statement, message));
      kept = true;
    } finally {
      if (!kept) {
        values.giveBack(message.portal());
      }
    }
    backend.out().empty('2');
  }

  private static long size(Bind message) {
    long size = 0;
    for (byte[] value : message.values()) {
      size += OVERHEAD + (value == null ? 0 : value.length);
    }
    return size;
  }

  private Prepared statement(String name) throws WireException {
    Prepared statement = prepared.get(name);
    if (statement == null) {
      throw new WireException(
          Report.error(
              SqlState.INVALID_STATEMENT_NAME,
              name.isEmpty()
                  ? "unnamed prepared statement does not exist"
                  : "prepared statement \"%s\" does not exist".formatted(name)));
    }
    return statement;
  }

  private Portal portal(String name) throws WireException {
    Portal portal = portals.get(name);
    if (portal == null) {
      throw new WireException(
          Report.error(
              SqlState.INVALID_CURSOR_NAME, "portal \"%s\" does not exist".formatted(name)));
    }
    return portal;
  }

  void describe(Describe message) throws SQLException, IOException, WireException {
    if (message.portal()) {
      Portal portal = portal(message.name());
      rows(portal.prepared(), portal.formats());
      return;
    }
    Prepared statement = statement(message.name());
    backend.out().begin('t').int16(statement.told().size());
    statement.told().forEach(backend.out()::int32);
    backend.out().end();
    rows(statement, List.of());
  }

  private void rows(Prepared statement, List<Integer> formats) throws IOException, WireException {
    List<Column> columns =
        statement.command().kind() == Command.Kind.FETCH
            ? cursors.columns(statement.sql())
            : statement.columns();
    if (columns.isEmpty()) {
      backend.out().empty('n');
    } else {
      Answer.describe(columns, formats, backend.out());
    }
  }

  void execute(Execute message)
      throws SQLException, IOException, WireException, InterruptedException {
    Portal portal = portal(message.portal());
    Command command = portal.prepared().command();
    if (command.kind() == Command.Kind.EMPTY) {
      backend.out().empty('I');
      return;
    }
    if (Control.answers(command)) {
      statements.one(command, portal.prepared().sql(), -1, portal.formats(), false);
      return;
    }
    backend.transaction().requireUsable();
    if (!backend.transaction().isOpen()
        && (backend.transaction().isReadOnlyByDefault() || !(next() instanceof Sync))) {
      backend.transaction().beginImplicit();
    }
    if (portal.prepared().isDrivers()) {
      backend.transaction().use();
      portal.execute(message.rows());
    } else {
      statements.one(command, portal.prepared().sql(), -1, portal.formats(), false);
    }
  }

  private @Nullable FrontendMessage next() throws InterruptedException {
    return backend.inbox().peek(SYNC_MILLIS);
  }

  void close(Close message) throws SQLException, IOException {
    if (message.portal()) {
      closePortal(message.name());
    } else {
      forget(message.name());
    }
    backend.out().empty('3');
  }

  private void closePortal(String name) throws SQLException {
    values.giveBack(name);
    Portal portal = portals.remove(name);
    if (portal != null) {
      portal.close();
    }
  }

  /** Ends what ends with a transaction. */
  void closePortals() throws SQLException {
    for (Portal portal : List.copyOf(portals.values())) {
      portal.close();
    }
    portals.clear();
    values.clear();
  }

  /** A Query message ends the unnamed ones. */
  void closeUnnamed() throws SQLException {
    closePortal("");
    forget("");
  }

  /** DISCARD ALL, DEALLOCATE ALL, and the end of the session. */
  void closeAll() throws SQLException {
    closePortals();
    for (Prepared known : List.copyOf(prepared.values())) {
      known.close();
    }
    prepared.clear();
    texts.clear();
  }
}
