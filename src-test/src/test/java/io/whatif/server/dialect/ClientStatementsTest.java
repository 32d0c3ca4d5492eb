/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients ask, of a PostgreSQL 15 and of a DuckDB through the dialect. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClientStatementsTest {
  private BothDatabases databases;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    databases = new BothDatabases(folder);
  }

  @AfterAll
  void close() throws Exception {
    if (databases != null) {
      databases.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "psql.sql, 102",
    "pgjdbc.sql, 22",
    "psqlodbc.sql, 43",
    "sqlalchemy.sql, 49",
    "dbt.sql, 6",
    "bi.sql, 62",
    "pgcli.sql, 12"
  })
  void theCatalogAnswersAClientAsPostgresDoes(String resource, int same) throws Exception {
    List<BothDatabases.ClientStatement> statements = BothDatabases.statements(resource);
    SoftAssertions all = new SoftAssertions();
    for (BothDatabases.ClientStatement statement : statements) {
      if (!statement.same()) {
        continue;
      }
      List<String> expected = databases.ofPostgres(statement.sql());
      List<String> actual = databases.ofDuckDb(statement.sql());
      all.assertThat(actual).as(statement.sql()).containsExactlyInAnyOrderElementsOf(expected);
      if (statement.isOrdered() && !resource.equals("bi.sql") && !resource.equals("pgjdbc.sql")) {
        all.assertThat(actual).as(statement.sql()).isEqualTo(expected);
      }
    }
    all.assertAll();
    assertThat(statements.stream().filter(BothDatabases.ClientStatement::same)).hasSize(same);
  }

  @ParameterizedTest
  @CsvSource({
    "psql.sql",
    "pgjdbc.sql",
    "psqlodbc.sql",
    "sqlalchemy.sql",
    "dbt.sql",
    "bi.sql",
    "pgcli.sql"
  })
  void whatDiffersRunsAndTellsWhy(String resource) throws Exception {
    for (BothDatabases.ClientStatement statement : BothDatabases.statements(resource)) {
      if (!statement.same()) {
        assertThat(statement.remark()).hasSizeGreaterThan(10);
        assertThatCode(() -> databases.ofDuckDb(statement.sql()))
            .as(statement.sql())
            .doesNotThrowAnyException();
        assertThat(databases.ofDuckDb(statement.sql()))
            .as("no longer differs: " + statement.sql())
            .isNotEqualTo(databases.ofPostgres(statement.sql()));
      }
    }
  }

  @Test
  void plainStatementsGiveWhatPostgresGives() throws Exception {
    Map<String, List<String>> expected = new TreeMap<>();
    Map<String, List<String>> actual = new TreeMap<>();
    int refused = 0;
    for (String sql : BothDatabases.resource("plain.sql").lines().skip(1).toList()) {
      try {
        expected.put(sql, withoutHeading(databases.ofPostgres(sql)));
        actual.put(sql, withoutHeading(databases.ofDuckDb(sql)));
      } catch (SQLException e) {
        refused++;
        assertThatThrownBy(() -> databases.ofPostgres(sql)).as(sql).isNotNull();
        assertThatThrownBy(() -> databases.ofDuckDb(sql)).as(sql).isNotNull();
      }
    }
    assertThat(actual).isEqualTo(expected).hasSizeGreaterThanOrEqualTo(98);
    assertThat(refused).isEqualTo(9);
  }

  /** DuckDB calls a column without a name by its expression. */
  private static List<String> withoutHeading(List<String> rows) {
    return rows.subList(Math.min(1, rows.size()), rows.size());
  }
}
