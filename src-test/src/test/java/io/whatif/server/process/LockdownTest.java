/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import static io.whatif.server.process.Served.rows;
import static io.whatif.server.process.Served.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PSQLException;

/** Attacks: no statement reaches a file, a setting or another's data. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LockdownTest {
  private Path folder;
  private Path allowed;
  private Served served;

  @BeforeAll
  void serve(@TempDir Path temporary) throws Exception {
    folder = temporary.toRealPath();
    allowed = Files.createDirectory(folder.resolve("allowed"));
    Files.writeString(folder.resolve("spec.json"), "{\"outcome\": \"y\", \"treatment\": \"d\"}");
    Files.writeString(allowed.resolve("spec.json"), "{\"outcome\": \"y\", \"treatment\": \"d\"}");
    Files.createSymbolicLink(allowed.resolve("link"), folder.resolve("shop.db.wal"));
    Files.createSymbolicLink(allowed.resolve("link-to-nothing"), folder.resolve("nothing"));
    Files.writeString(allowed.resolve("data.csv"), "a,b\n1,x\n2,y\n");
    ServerOptions plain = Served.options(folder.resolve("shop.db"));
    served =
        Served.of(
            new ServerOptions(
                plain.database(),
                plain.host(),
                0,
                false,
                null,
                null,
                null,
                List.of(allowed),
                plain.limits()));
    try (Connection connection = served.connect()) {
      run(
          connection,
          "CREATE TABLE t AS SELECT i % 2 AS d, (i * 7919) % 31 + i % 2 AS y FROM range(400) r(i)");
    }
  }

  @AfterAll
  void end() throws Exception {
    served.close();
  }

  static Stream<String> attacks() {
    return Stream.of(
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM read_json('/etc/passwd')",
        "SELECT * FROM read_parquet('/etc/passwd')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "FROM '/etc/passwd.csv'",
        "FROM glob('/etc/*')",
        "FROM read_text('%s/../spec.json')",
        "COPY t TO '%s/../out.csv'",
        "COPY t TO '/tmp/whatif-attack.csv'",
        "COPY t FROM '/etc/passwd'",
        "COPY (SELECT 1) TO '%s/../shop.db'",
        "COPY (SELECT 1) TO '%s/../shop.db' (USE_TMP_FILE false)",
        "COPY (SELECT 1) TO '%s/../shop.db.wal' (USE_TMP_FILE false)",
        "COPY (SELECT 1) TO '%s/../shop.db.tmp/x.csv'",
        "COPY (SELECT 1) TO ('%s/../shop.' || 'db.wal')",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '%s/../shop.db.wal'",
        "PREPARE p AS COPY (SELECT 1) TO '%s/../shop.db.wal'",
        "/* x */ copy (SELECT 'FROM') to '%s/../shop.db.wal' (FORMAT csv)",
        "COPY (SELECT 1) TO '/tmp/whatif-attack.parquet' (FORMAT parquet)",
        "COPY (SELECT 1) TO '%s/link'",
        "COPY (SELECT 1) TO E'%s/x\\057..\\057..\\057shop.db.wal'",
        "COPY (SELECT 1) TO '%s/li'\n'nk'",
        "COPY (SELECT 1) TO $$%s/../shop.db.wal$$",
        "COPY (SELECT 1) TO '%s/link-to-nothing'",
        "COPY t TO '%s/parts' (FORMAT csv, PARTITION_BY d, FILENAME_PATTERN '../../x')",
        "FROM read_blob('%s/../shop.db.wal')",
        "FROM read_text('file://%s/../shop.db')",
        "SELECT size FROM '%s/../shop.db.wal'",
        "EXPLAIN ANALYZE EXPORT DATABASE '%s/out'",
        "EXPORT DATABASE '%s/out'",
        "IMPORT DATABASE '%s'",
        "PRAGMA import_database('%s')",
        "ATTACH ':memory:' AS mm",
        "/* x */ attach ':memory:' AS mm",
        "EXPLAIN ANALYZE ATTACH ':memory:' AS mm",
        "EXPLAIN (ANALYZE) ATTACH ':memory:' AS mm",
        "PREPARE p AS ATTACH ':memory:' AS mm",
        "DETACH shop",
        "USE temp",
        "USE memory.main",
        "USE system",
        "EXPLAIN ANALYZE USE temp",
        "EXPLAIN ANALYZE BEGIN",
        "SET GLOBAL jdbc_stream_results = true",
        "SET SESSION jdbc_stream_results = true",
        "SET LOCAL jdbc_stream_results = true",
        "SET jdbc_stream_results = true",
        "SET \"jdbc_stream_results\" = true",
        "RESET jdbc_stream_results",
        "RESET GLOBAL jdbc_stream_results",
        "PRAGMA jdbc_stream_results = true",
        "PRAGMA JDBC_stream_results = true",
        "EXPLAIN ANALYZE SET GLOBAL jdbc_stream_results = true",
        "SET GLOBAL TimeZone = 'Europe/Berlin'",
        "RESET GLOBAL TimeZone",
        "EXPORT DATABASE '/tmp/whatif-attack'",
        "IMPORT DATABASE '/tmp'",
        "ATTACH '/tmp/whatif-attack.db' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD '/tmp/evil.duckdb_extension'",
        "FROM read_csv('https://example.org/x.csv')",
        "SET enable_external_access = true",
        "SET GLOBAL enable_external_access = true",
        "RESET enable_external_access",
        "SET lock_configuration = false",
        "SET allowed_directories = ['/']",
        "SET temp_directory = '/tmp'",
        "SET memory_limit = '100GB'",
        "PRAGMA enable_profiling",
        "PRAGMA profiling_output = '/tmp/whatif-attack.json'",
        "SET log_query_path = '/tmp/whatif-attack.log'",
        "SET allowed_configs = ['enable_external_access']",
        "CALL enable_logging(storage := 'file', storage_config := {'path': '/tmp/whatif-attack'})");
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void anAttackIsRefused(String attack) throws SQLException {
    try (Connection connection = served.connect()) {
      String sql = attack.replace("%s", allowed.toString());
      assertThatThrownBy(() -> run(connection, sql)).as(sql).isInstanceOf(PSQLException.class);
      assertThat(
              rows(
                  connection,
                  "SELECT value FROM duckdb_settings() WHERE name IN"
                      + " ('enable_external_access', 'lock_configuration') ORDER BY name"))
          .containsExactly("false", "true");
    }
    assertThat(Path.of("/tmp/whatif-attack.csv")).doesNotExist();
    assertThat(Path.of("/tmp/whatif-attack.db")).doesNotExist();
  }

  /** By both ways that a client may ask. */
  @Test
  void nobodyTakesTheDatabaseFromOthers() throws SQLException {
    try (Connection one = served.connect("preferQueryMode", "simple");
        Connection two = served.connect()) {
      assertThatThrownBy(() -> run(one, "ATTACH ':memory:' AS mm; USE mm; DETACH shop"))
          .hasMessageContaining("ATTACH is disabled");
      assertThatThrownBy(() -> run(two, "DETACH shop")).hasMessageContaining("DETACH is disabled");
      run(one, "USE shop.main");
      run(one, "USE main");
      assertThat(rows(two, "SELECT count(*) FROM t")).containsExactly("400");
    }
  }

  @Test
  void causalCallsOfOthersGoOnWhateverOneSets() throws SQLException {
    try (Connection one = served.connect();
        Connection two = served.connect()) {
      assertThatThrownBy(() -> run(one, "SET GLOBAL jdbc_stream_results = true"))
          .hasMessageContaining("SET GLOBAL is disabled");
      assertThat(rows(two, "SELECT n FROM dml_summary(TABLE t, outcome => 'y', treatment => 'd')"))
          .containsExactly("400");
      assertThat(rows(two, "SELECT 'read_blob of ' || 'shop.db.wal'")).hasSize(1);
    }
  }

  @Test
  void aSpecificationOutsideOfTheAllowedFolderIsRefused() throws SQLException {
    try (Connection connection = served.connect()) {
      String call = "SELECT n FROM dml_summary(TABLE t, spec_file => '%s')";
      assertThatThrownBy(() -> rows(connection, call.formatted(folder.resolve("spec.json"))))
          .hasMessageContaining("spec_file")
          .hasMessageContaining("disabled by configuration");
      assertThatThrownBy(() -> rows(connection, call.formatted("/etc/passwd")))
          .hasMessageContaining("disabled by configuration");
      assertThat(rows(connection, call.formatted(allowed.resolve("spec.json"))))
          .containsExactly("400");
    }
  }

  @Test
  void theAllowedFolderIsReadAndWritten() throws SQLException {
    try (Connection connection = served.connect()) {
      assertThat(rows(connection, "SELECT b FROM read_csv('" + allowed.resolve("data.csv") + "')"))
          .containsExactly("x", "y");
      run(connection, "COPY t TO '" + allowed.resolve("t.parquet") + "' (FORMAT parquet)");
      assertThat(rows(connection, "SELECT count(*) FROM '" + allowed.resolve("t.parquet") + "'"))
          .containsExactly("400");
    }
  }

  @Test
  void aFileIsReadAheadByOneRowGroupAThread() throws SQLException {
    try (Connection connection = served.connect()) {
      assertThat(
              rows(
                  connection,
                  "SELECT value FROM duckdb_settings() WHERE name = 'read_ahead_depth'"))
          .containsExactly(String.valueOf(Runtime.getRuntime().availableProcessors()));
    }
  }

  @Test
  void temporaryTablesAreTheSessionsOwn() throws SQLException {
    try (Connection one = served.connect();
        Connection two = served.connect()) {
      run(one, "CREATE TEMP TABLE mine AS SELECT 'secret' AS a");
      run(one, "SET VARIABLE v = 'secret'");
      assertThatThrownBy(() -> rows(two, "SELECT * FROM mine")).hasMessageContaining("mine");
      assertThatThrownBy(() -> rows(two, "SELECT * FROM temp.main.mine")).isNotNull();
      assertThat(rows(two, "SELECT coalesce(getvariable('v')::VARCHAR, 'none')"))
          .containsExactly("none");
      assertThat(rows(two, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'mine'"))
          .containsExactly("0");
    }
  }

  @Test
  void ourOwnSettingsStillWork() throws SQLException {
    try (Connection connection = served.connect()) {
      run(connection, "SET whatif_memory_limit = '1GB'");
      assertThat(
              rows(
                  connection,
                  "SELECT n FROM dml_summary(TABLE t, outcome => 'y', treatment => 'd')"))
          .containsExactly("400");
      run(connection, "SET whatif_memory_limit = '100KB'");
      assertThatThrownBy(
              () ->
                  rows(
                      connection,
                      "SELECT n FROM dml_summary((FROM t, range(100)), outcome => 'y', treatment => 'd')"))
          .hasMessageContaining("the limit is");
      run(connection, "RESET whatif_memory_limit");
    }
  }

  /** Eleven columns of 100,000 rows are 8.8 MB, and twice that while they are put in order. */
  @Test
  void rowsBeyondTheMemoryLimitGoToTheOperatorsTemporaryFolder() throws SQLException {
    try (Connection connection = served.connect()) {
      run(
          connection,
          "CREATE TABLE wide AS SELECT i % 2 AS d, (i * 7919) % 31 + i % 2 AS y,"
              + " i % 3 AS a, i % 5 AS b, i % 7 AS c, i % 11 AS e, i % 13 AS f, i % 17 AS g,"
              + " i % 19 AS h, i % 23 AS k, i % 29 AS m FROM range(100000) r(i)");
      run(connection, "SET whatif_memory_limit = '18MB'");
      assertThat(
              rows(
                  connection,
                  "SELECT n FROM dml_summary(TABLE wide, outcome => 'y', treatment => 'd', controls =>"
                      + " ['a', 'b', 'c', 'e', 'f', 'g', 'h', 'k', 'm'],"
                      + " outcome_learner => 'ridge(alpha=1)', treatment_learner => 'logistic(c=1)')"))
          .containsExactly("100000");
    }
  }

  @Test
  void aDatabaseServedForReadingIsNotWritten() throws Exception {
    Path file = folder.resolve("read.db");
    try (Connection connection = java.sql.DriverManager.getConnection("jdbc:duckdb:" + file)) {
      run(connection, "CREATE TABLE t AS SELECT 1 AS a");
    }
    ServerOptions plain = Served.options(file);
    try (Served reading =
            Served.of(
                new ServerOptions(
                    file, plain.host(), 0, true, null, null, null, List.of(), plain.limits()));
        Connection connection = reading.connect()) {
      assertThat(rows(connection, "SELECT * FROM t")).containsExactly("1");
      assertThat(
              catchThrowableOfType(
                      PSQLException.class, () -> run(connection, "INSERT INTO t VALUES (2)"))
                  .getSQLState())
          .isEqualTo("25006");
    }
  }
}
