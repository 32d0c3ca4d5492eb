/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.server.dialect.Dialect;
import io.whatif.server.dialect.Reading;
import io.whatif.server.dialect.Refused;
import io.whatif.server.wire.BackendWriter;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;

/**
 * What the parts of one session share.
 *
 * @param database what it is connected to
 */
record Backend(
    Connection connection,
    Dialect dialect,
    BackendWriter out,
    Inbox inbox,
    Running running,
    Runner runner,
    Streaming streaming,
    Transaction transaction,
    Session.Served database) {

  /** Whether statements of the client may come to run for that long; 0 is without limit. */
  long timeoutMillis() {
    return dialect.statementTimeoutMillis();
  }

  /** The zone that moments are told in. */
  ZoneId zone() {
    String name = dialect.setting("TimeZone");
    try {
      return name.isEmpty() ? ZoneOffset.UTC : ZoneId.of(name);
    } catch (DateTimeException unknown) { // DuckDB knows zones that Java does not.
      return ZoneOffset.UTC;
    }
  }

  /** Reads a statement as PostgreSQL's. */
  Reading read(String sql) throws WireException {
    Admission.check(sql, database);
    try {
      return dialect.read(sql);
    } catch (Refused e) {
      throw new WireException(Report.error(e.sqlState(), e.getMessage()));
    }
  }

  /** Runs a statement as long as it may; whether it gives rows. */
  boolean execute(Statement statement, String sql) throws SQLException, IOException, WireException {
    return runner.run(statement, sql, () -> statement.execute(sql), timeoutMillis());
  }

  void tellChanged(Map<String, String> changed) throws IOException {
    for (Map.Entry<String, String> parameter : changed.entrySet()) {
      out.parameterStatus(parameter.getKey(), parameter.getValue());
    }
  }

  /** The driver's failure as the client's. */
  static WireException told(SQLException e, String sql, int offset) {
    return new WireException(Failures.report(e, sql, offset));
  }
}
