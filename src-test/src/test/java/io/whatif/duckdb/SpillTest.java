/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.data.Batches;
import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillTest {
  /** 6,000 rows: a number, a text with NULLs, an id that comes twice. */
  private static final String TABLE =
      """
      CREATE TABLE study AS
      SELECT i // 2 AS unit, a, w, d, round(a + d * (1 + a) + sin(i * 7.3), 6) AS y
      FROM (SELECT i, round(sin(i * 1.7), 6) AS a,
              CASE WHEN i % 11 <> 0 THEN ['red', 'green', 'blue'][1 + i % 3] END AS w,
              (sin(i * 5.1) + 0.3 * cos(i * 2.3) > 0)::INT AS d
            FROM range(6000) t(i))""";

  private static final Map<String, Object> SUMMARY =
      Map.of(
          "outcome", "y",
          "treatment", "d",
          "features", List.of("a", "w"),
          "controls", List.of("a", "w"),
          "id", "unit",
          "outcome_learner", "ridge",
          "treatment_learner", "logistic");

  private static final Map<String, Object> TRIM =
      Map.of(
          "treatment", "d",
          "controls", List.of("a", "w"),
          "treatment_learner", "logistic");

  /** Too little for the first 65,536 rows of five columns, enough for what a row needs besides. */
  private static final String LITTLE = "SET VARIABLE whatif_memory_limit = '2MB'";

  private static final String SPILL_FAILED =
      "Invalid Input Error: dml_summary: the file for rows beyond the memory limit cannot be made:"
          + " '/proc/self' says .+\\. Free space there, SET temp_directory to another, or SET"
          + " VARIABLE whatif_memory_limit to more\\.";

  @TempDir private Path directory;
  private Database db;
  private Scope scope;

  @BeforeEach
  void open() throws SQLException {
    db = new Database();
    scope = db.engine.openScope();
    db.run(TABLE, "SET temp_directory = '" + directory + "'");
  }

  @AfterEach
  void close() throws SQLException, IOException {
    assertThat(db.engine.openSessions()).isZero();
    assertThat(openFiles()).isZero();
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
    scope.close();
    db.close();
  }

  /** Files in the folder that this process has open, deleted or not; none where it cannot tell. */
  private long openFiles() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    if (!Files.isDirectory(descriptors)) {
      return 0;
    }
    long open = 0;
    try (Stream<Path> all = Files.list(descriptors)) {
      for (Path descriptor : all.toList()) {
        if (Files.isSymbolicLink(descriptor)) {
          String target = Files.readSymbolicLink(descriptor).toString();
          open += target.startsWith(directory.toRealPath() + "/whatif-") ? 1 : 0;
        }
      }
    }
    return open;
  }

  private String call(String function, Map<String, Object> arguments, Batches batches) {
    Map<String, @Nullable Object> literals = new LinkedHashMap<>(arguments);
    CausalCall call = new CausalCall(db.function(function), "FROM study", null, literals, Map.of());
    Reading reading = Reading.of(call);
    return Lowering.table(reading.of(reading.needed().orElse(null)).lying(batches), scope.token());
  }

  private List<String> rows(String function, Map<String, Object> arguments, Batches batches)
      throws SQLException {
    return db.rows("FROM " + call(function, arguments, batches));
  }

  @Test
  void aSummaryIsTheSameInMemoryAndSpilled() throws SQLException {
    List<String> inMemory = rows("dml_summary", SUMMARY, Batches.MEMORY);
    assertThat(inMemory).isNotEmpty();
    assertThat(rows("dml_summary", SUMMARY, Batches.SPILLED)).isEqualTo(inMemory);
    db.run(LITTLE);
    assertThat(rows("dml_summary", SUMMARY, Batches.MEMORY)).isEqualTo(inMemory);
    assertThat(rows("dml_summary", SUMMARY, Batches.SPILLED)).isEqualTo(inMemory);
  }

  /** Whatever 36,000 rows have room for: their order alone, their predictions, their scores. */
  @Test
  void aSummaryIsTheSameOrRefusedUnderAnyLimit() throws SQLException {
    db.run(
        """
        CREATE OR REPLACE TABLE study AS
        SELECT unit + 3000 * c AS unit, a, w, d, y FROM study, range(6) t(c)""");
    Map<String, Object> repeated = new LinkedHashMap<>(SUMMARY);
    repeated.put("reps", 2);
    List<String> inMemory = rows("dml_summary", repeated, Batches.SPILLED);
    int answered = 0;
    for (int rowBytes = 16; rowBytes <= 80; rowBytes += 4) {
      db.run("SET VARIABLE whatif_memory_limit = '" + 36 * rowBytes + "KB'");
      try {
        assertThat(rows("dml_summary", repeated, Batches.SPILLED)).isEqualTo(inMemory);
        answered++;
      } catch (SQLException e) {
        assertThat(e.getMessage()).contains("SET VARIABLE whatif_memory_limit to more");
        assertThat(answered).isZero();
      }
    }
    assertThat(answered).isPositive();
  }

  @Test
  void soIsOneOfWhichAnEarlyRowHasAFarId() throws SQLException {
    db.run("UPDATE study SET unit = 9223372036854775807 - unit WHERE unit < 3");
    aSummaryIsTheSameInMemoryAndSpilled();
    db.run("UPDATE study SET unit = 9223372036854775806 WHERE unit = 9223372036854775807");
    assertThat(rows("dml_summary", SUMMARY, Batches.SPILLED))
        .isEqualTo(rows("dml_summary", SUMMARY, Batches.MEMORY));
  }

  @Test
  void trimmedRowsAreTheSameInMemoryAndSpilled() throws SQLException {
    List<String> inMemory = rows("propensity_trim", TRIM, Batches.MEMORY);
    assertThat(inMemory).hasSize(6000);
    assertThat(rows("propensity_trim", TRIM, Batches.SPILLED)).isEqualTo(inMemory);
    db.run(LITTLE);
    assertThat(rows("propensity_trim", TRIM, Batches.MEMORY)).isEqualTo(inMemory);
  }

  @Test
  void withoutFilesTheBudgetEndsTheCall() throws SQLException {
    db.run(LITTLE, "SET temp_directory = ''", "SET threads = 1");
    String refused =
        "Invalid Input Error: dml_summary: 2,048 rows of 6 columns need 3.15 MB, the limit is 2.00"
            + " MB, and no file may hold rows: %s. SET VARIABLE whatif_memory_limit to more, name"
            + " fewer columns, or sample the relation.";
    assertThat(db.failure("FROM " + call("dml_summary", SUMMARY, Batches.MEMORY)))
        .isEqualTo(refused.formatted("temp_directory is empty"));
    db.run("SET temp_directory = '" + directory + "'", "SET enable_external_access = false");
    assertThat(db.failure("FROM " + call("dml_summary", SUMMARY, Batches.SPILLED)))
        .isEqualTo(refused.formatted("enable_external_access is false"));
    assertThat(scope.failure().map(WhatifException::code)).hasValue(ErrorCode.OUT_OF_MEMORY);
  }

  /** No file can be made in the one folder that is left. */
  private void sealFolder() throws SQLException {
    String sealed = "/proc/self";
    Assumptions.assumeTrue(Files.isDirectory(Path.of(sealed)), "no folder that refuses even root");
    db.run(
        "SET temp_directory = '" + sealed + "'",
        "SET enable_external_access = false",
        "SET lock_configuration = true");
  }

  @Test
  void aFileThatCannotBeMadeEndsTheCall() throws SQLException {
    sealFolder();
    db.run(LITTLE);
    assertThat(db.failure("FROM " + call("dml_summary", SUMMARY, Batches.MEMORY)))
        .matches(SPILL_FAILED);
    assertThat(scope.failure().map(WhatifException::code)).hasValue(ErrorCode.SPILL_FAILED);
  }

  /**
   * In less than 9.1 MB rows cannot be read, or put in the order of their groups; in less than 11.8
   * MB they can, but the larger group cannot be answered, which is no fault of its rows.
   */
  @Test
  void aFileThatCannotBeMadeForAGroupEndsTheCall() throws SQLException {
    db.run(
        """
        CREATE OR REPLACE TABLE study AS
        SELECT unit + 3000 * c AS unit, a, unit < 100 AND c = 0 AS w, d, y
        FROM study, range(10) t(c)""");
    sealFolder();
    Map<String, Object> grouped = new LinkedHashMap<>(SUMMARY);
    grouped.putAll(Map.of("controls", List.of("a"), "features", List.of("a"), "partition_by", "w"));
    String sql = "FROM " + call("dml_summary", grouped, Batches.MEMORY);
    for (String limit : List.of("2MB", "8MB", "9.5MB", "10.5MB", "11.5MB")) {
      db.run("SET VARIABLE whatif_memory_limit = '" + limit + "'");
      assertThat(db.failure(sql)).as(limit).matches(SPILL_FAILED);
    }
    db.run("SET VARIABLE whatif_memory_limit = '14MB'");
    assertThat(db.rows(sql)).hasSize(2 * 4).noneMatch(row -> row.contains("group_refused"));
  }

  @Test
  void whatCannotBeSpilledStillCounts() throws SQLException {
    db.run("SET VARIABLE whatif_memory_limit = '100KB'", "SET threads = 2");
    assertThat(db.failure("FROM " + call("dml_summary", SUMMARY, Batches.MEMORY)))
        .isEqualTo(
            "Invalid Input Error: dml_summary: the keys and the order of rows need 180 KB, the"
                + " limit is 100 KB. SET VARIABLE whatif_memory_limit to more, name fewer columns,"
                + " or sample the relation.");
  }

  @Test
  void aFileIsGoneAfterAFailure() {
    assertThat(db.failure("FROM " + call("broken", Map.of(), Batches.SPILLED)))
        .contains("internal fault: first line");
  }

  @Test
  void aFileIsGoneAfterAnErrorOfTheRelation() throws SQLException {
    db.run(LITTLE);
    String late =
        "SELECT i AS a, CASE WHEN i = 150000 THEN error('late') ELSE 1 END AS b, i AS c"
            + " FROM range(200000) r(i)";
    assertThat(db.failure("FROM " + db.call(scope, "column_sums", late))).contains("late");
  }

  @Test
  void aFileIsGoneAfterCancel() throws Exception {
    Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "open files are not told");
    String sql = "FROM " + call("waits", Map.of(), Batches.SPILLED);
    CompletableFuture<String> running = CompletableFuture.supplyAsync(() -> db.failure(sql));
    assertThat(db.functions.waiting.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(openFiles()).isEqualTo(1);
    scope.cancel();
    assertThat(running.get(1, TimeUnit.SECONDS))
        .isEqualTo("Invalid Input Error: waits: was cancelled.");
  }

  @Test
  void manyRowsPushedByManyThreadsMoveOnTheWay() throws SQLException {
    db.run(LITTLE, "SET threads = 4");
    assertThat(
            db.rows(
                "SELECT name, n, total FROM "
                    + db.call(
                        scope,
                        "column_sums",
                        "SELECT i AS a, i % 7 AS b, CASE WHEN i % 2 = 0 THEN 'x' END AS c FROM"
                            + " range(1000000) r(i)")))
        .containsExactly("a|1000000|4.999995E11", "b|1000000|2999997.0", "c|1000000|null");
  }
}
