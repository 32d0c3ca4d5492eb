/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Long work is alive: seen from another connection of the driver, and as a warning. */
@Timeout(120)
final class ProgressTest {
  /** Several seconds of it, in 40 repetitions. */
  private static final String LONG =
      Study.fit("long", "(FROM study, range(100) s(j))").replace("reps => 1", "reps => 200");

  @TempDir private Path directory;
  private String file = "";

  @BeforeEach
  void name() {
    file = directory.resolve("study.duckdb").toString();
  }

  private static CompletableFuture<String> inBackground(Callable<?> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            work.call();
            return "done";
          } catch (SQLException e) {
            return String.valueOf(e.getMessage());
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void withoutACausalCallThereIsNoRow() throws SQLException {
    try (Connection connection = Study.open()) {
      assertThat(Study.rows(connection, "FROM whatif_progress()")).isEmpty();
      Study.run(connection, "CREATE VIEW running AS SELECT phase FROM whatif_progress()");
      assertThat(Study.rows(connection, "FROM running")).isEmpty();
      try (Statement statement = connection.createStatement()) {
        assertThat(message(statement, "FROM whatif_progress('all')"))
            .startsWith("whatif_progress: takes no arguments. Leave them out.");
      }
    }
  }

  private static String message(Statement statement, String sql) {
    try {
      statement.execute(sql);
      return "no failure";
    } catch (SQLException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void anotherConnectionSeesTheCallGoForward() throws Exception {
    try (Connection connection = Study.open(file);
        Connection other = Study.open(file);
        Statement statement = connection.createStatement();
        PreparedStatement ask = other.prepareStatement("FROM whatif_progress()")) {
      Study.run(connection, Study.TABLE);
      CompletableFuture<String> running = inBackground(() -> statement.execute(LONG));
      List<Double> percents = new ArrayList<>();
      List<String> phases = new ArrayList<>();
      boolean timeLeft = false;
      while (!running.isDone()) {
        try (ResultSet row = ask.executeQuery()) {
          while (row.next()) {
            assertThat(row.getString("function")).isEqualTo("cate_fit");
            assertThat(row.getString("model")).isEqualTo("long");
            assertThat(row.getString("relation")).contains("FROM study, range(100)");
            phases.add(row.getString("phase"));
            if (row.getObject("percent") != null) {
              percents.add(row.getDouble("percent"));
              assertThat(row.getLong("rows_read")).isEqualTo(40_000);
            }
            timeLeft |= row.getObject("seconds_left") != null;
          }
        }
        Thread.sleep(5);
      }
      assertThat(running.get()).isEqualTo("done");
      assertThat(percents).isSorted().allSatisfy(p -> assertThat(p).isBetween(0.0, 100.0));
      assertThat(percents.stream().distinct().count()).isGreaterThan(10);
      assertThat(phases)
          .anyMatch(phase -> phase.startsWith("repetition 2") && phase.contains("logit"));
      assertThat(timeLeft).isTrue();
      assertThat(Study.rows(other, "FROM whatif_progress()")).isEmpty();
    }
  }

  @Test
  void aRunningStatementHasItsProgressAsItsOnlyWarningAndAStoppedOneSaysWhere() throws Exception {
    try (Connection connection = Study.openWithTable();
        Statement statement = connection.createStatement()) {
      String tooLong = LONG.replace("reps => 200", "reps => 1000");
      CompletableFuture<String> running = inBackground(() -> statement.execute(tooLong));
      SQLWarning now = null;
      while (!running.isDone() && (now == null || !now.getMessage().contains(" of 1000"))) {
        Thread.sleep(5);
        now = statement.getWarnings();
      }
      Thread.sleep(1_000);
      statement.cancel();
      assertThat(running.get()).contains("cancelled");
      assertThat((Throwable) now)
          .isNotNull()
          .hasMessageMatching(
              "cate_fit \\d+%, \\d+ s(, about [^:]* left)?: repetition \\d+ of 1000(: .*)?");
      assertThat(now.getSQLState()).isEqualTo("01000");
      assertThat((Throwable) now.getNextWarning()).isNull();
      assertThat(String.valueOf(statement.getWarnings()))
          .contains("cate_fit stopped at ")
          .contains(" of 1000");
      assertThat(Study.rows(connection, "SELECT name FROM cate_models()")).isEmpty();
      statement.execute(Study.fit("quick"));
      assertThat((Throwable) statement.getWarnings()).isNull();
    }
  }

  @Test
  void aPreparedStatementTellsAsWell() throws Exception {
    try (Connection connection = Study.openWithTable();
        PreparedStatement statement = connection.prepareStatement(LONG)) {
      CompletableFuture<String> running = inBackground(statement::execute);
      SQLWarning now = null;
      while (now == null && !running.isDone()) {
        Thread.sleep(1);
        now = statement.getWarnings();
      }
      assertThat(running.get()).isEqualTo("done");
      assertThat((Throwable) now).isNotNull().hasMessageStartingWith("cate_fit ");
      // a statement that ended well has nothing to tell: shells print warnings
      assertThat((Throwable) statement.getWarnings()).isNull();
    }
  }
}
