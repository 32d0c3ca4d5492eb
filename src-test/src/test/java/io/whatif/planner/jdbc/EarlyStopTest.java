/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Statements that want only a few of the rows a call gives back. DuckDB 2.0.0.1 waits for ever
 * where one reader of a common table may stop early while another waits for all of it; it takes
 * more rows than its buffers hold to see that.
 */
@Timeout(120)
final class EarlyStopTest {
  private static final String TRIM =
      "propensity_trim((SELECT i AS id, i % 7 AS x, (i % 11 < 5)::INT AS d FROM range(500000) r(i)),"
          + " treatment => 'd', controls => 'x', treatment_learner => 'logit')";

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "SELECT count(*) FROM (SELECT id, propensity FROM %s LIMIT 3); 3",
        "SELECT count(*) FROM (SELECT id, propensity FROM %s WHERE id > 400000 LIMIT 2); 2",
        "SELECT EXISTS (FROM %s WHERE propensity > 0); true",
        "SELECT count(*) FROM (SELECT * FROM %s); 500000"
      })
  void itEndsWhereOneReaderOfTheRowsStopsEarly(String sql, String expected) throws SQLException {
    try (Connection connection = Study.open();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql.formatted(TRIM))) {
      row.next();
      assertThat(row.getString(1)).isEqualTo(expected);
    }
  }

  @Test
  void aLimitAtTheTopEnds() throws SQLException {
    try (Connection connection = Study.open();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("FROM " + TRIM + " LIMIT 1")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.next()).isFalse();
    }
  }
}
