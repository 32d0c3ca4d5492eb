/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ModelWithoutWhatifTest {
  private static final List<String> MODELS = List.of("plain", "imputed", "grouped", "average");
  private static final List<String> LEARNED = List.of("by_t", "by_x", "by_s", "by_r");
  private static final List<String> FIGURES = List.of("effect", "stderr", "lower", "upper");

  private Connection connection;

  @BeforeAll
  void fit() throws SQLException {
    connection = Study.open();
    Mixed.create(connection);
    fitByLearner("by_t", "method => 't'");
    fitByLearner("by_x", "method => 'x', feature_nulls => 'impute'");
    fitByLearner("by_s", "method => 's', feature_nulls => 'impute'");
    fitByLearner("by_r", "method => 'r', controls => ['id']");
  }

  private void fitByLearner(String model, String how) throws SQLException {
    Study.run(
        connection,
        """
        SELECT * FROM cate_fit((FROM mixed WHERE id <= 700), model => '%s', outcome => 'y', treatment => 'd',
          features => ['Age x', 'n', 'flag', 'day', 'region'], exclude => ['id'], reps => 1,
          outcome_learner => 'spline', treatment_learner => 'spline', %s)"""
            .formatted(model, how));
  }

  @AfterAll
  void close() throws SQLException {
    connection.close();
  }

  private static String call(String figure, String model) {
    String features = features(model);
    return "cate_"
        + figure
        + "('"
        + model
        + "'"
        + (features.isEmpty() ? "" : ", ")
        + features
        + ")";
  }

  private static String features(String model) {
    return switch (model) {
      case "average" -> "";
      case "grouped" -> "region, flag, \"Age x\", n, day";
      default -> "\"Age x\", n, flag, day, region";
    };
  }

  private static List<@Nullable Object> scores(Connection on, String expression)
      throws SQLException {
    return Study.column(on, "SELECT " + expression + " AS v FROM mixed ORDER BY id");
  }

  private String text(String model, String figure, String dialect) throws SQLException {
    return String.valueOf(
        Study.value(
            connection, "SELECT cate_sql('%s', '%s', '%s')".formatted(model, figure, dialect)));
  }

  private static void assertClose(
      List<@Nullable Object> actual, List<@Nullable Object> expected, String what) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      Object value = actual.get(i);
      Object wanted = expected.get(i);
      if (value instanceof Double number && wanted instanceof Double other) {
        assertThat(Math.abs(number - other))
            .as("%s of row %d: %s, not %s", what, i, number, other)
            .isLessThanOrEqualTo(1e-12 * Math.abs(other));
      } else {
        assertThat(value).as("%s of row %d", what, i).isEqualTo(wanted);
      }
    }
  }

  @Test
  void aDuckDbWithoutWhatifGivesWhatTheScoringFunctionsGive() throws SQLException {
    for (String model : MODELS) {
      for (String figure : FIGURES) {
        List<@Nullable Object> expected = scores(connection, call(figure, model));
        assertThat(expected).as(model).anyMatch(Double.class::isInstance);
        assertClose(
            scores(connection, text(model, figure, "duckdb")), expected, model + " " + figure);
      }
    }
    for (String model : LEARNED) {
      List<@Nullable Object> expected = scores(connection, call("effect", model));
      assertThat(expected).as(model).anyMatch(Double.class::isInstance);
      assertClose(scores(connection, text(model, "effect", "duckdb")), expected, model);
      assertThat(scores(connection, call("stderr", model))).containsOnlyNulls();
      assertThat(scores(connection, text(model, "upper", "duckdb"))).containsOnlyNulls();
    }
  }

  @Test
  void postgresGivesWhatTheScoringFunctionsGive() throws SQLException {
    try (EmbeddedPostgres postgres =
            EmbeddedPostgres.builder().setLocaleConfig("locale", "C").start();
        Connection other = postgres.getPostgresDatabase().getConnection()) {
      copyMixed(other);
      for (String model : MODELS) {
        for (String figure : FIGURES) {
          assertClose(
              scores(other, text(model, figure, "postgresql")),
              scores(connection, call(figure, model)),
              model + " " + figure);
        }
      }
      for (String model : LEARNED) {
        assertClose(
            scores(other, text(model, "effect", "postgresql")),
            scores(connection, call("effect", model)),
            model);
        assertThat(scores(other, text(model, "lower", "postgresql"))).containsOnlyNulls();
      }
    } catch (IOException | IllegalStateException e) {
      abort("PostgreSQL does not start here: " + e);
    }
  }

  private void copyMixed(Connection other) throws SQLException {
    try (Statement create = other.createStatement()) {
      create.execute(
          "CREATE TABLE mixed (id int, \"Age x\" double precision, n int, flag boolean, day date, region text)");
    }
    try (Statement read = connection.createStatement();
        ResultSet rows =
            read.executeQuery("SELECT id, \"Age x\", n, flag, day::VARCHAR, region FROM mixed");
        PreparedStatement insert =
            other.prepareStatement("INSERT INTO mixed VALUES (?, ?, ?, ?, ?::date, ?)")) {
      while (rows.next()) {
        for (int c = 1; c <= 6; c++) {
          insert.setObject(c, rows.getObject(c));
        }
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  @Test
  void publishedMacrosScoreInAPlainDuckDbAfterTheFileIsOpenedAgain(@TempDir Path folder)
      throws SQLException {
    Path file = folder.resolve("shop.duckdb");
    List<List<@Nullable Object>> expected = new ArrayList<>();
    try (Connection ours = Study.open(file.toString())) {
      Mixed.create(ours);
      Study.run(ours, "CREATE SCHEMA \"the marts\"");
      for (String model : MODELS) {
        assertThat(
                Study.column(
                    ours, "SELECT name FROM cate_publish('" + model + "', schema => 'the marts')"))
            .containsExactly(
                model + "_effect", model + "_stderr", model + "_lower", model + "_upper");
        for (String figure : FIGURES) {
          expected.add(scores(ours, call(figure, model)));
        }
      }
    }
    try (Connection plain = DriverManager.getConnection("jdbc:duckdb:" + file)) {
      for (String model : MODELS) {
        String features = features(model);
        for (String figure : FIGURES) {
          String macro = "\"the marts\".%s_%s(%s)".formatted(model, figure, features);
          assertClose(scores(plain, macro), expected.remove(0), macro);
        }
      }
    }
  }

  @Test
  void publishingIsPartOfTheUsersTransaction() throws SQLException {
    try (Connection ours = Study.openWithTable()) {
      Study.run(ours, Study.fit("m"));
      String count = "SELECT count(*) FROM duckdb_functions() WHERE function_name = 'm_effect'";
      Study.run(ours, "BEGIN");
      Study.run(ours, "FROM cate_publish('m')");
      assertThat(Study.value(ours, count)).isEqualTo(1L);
      Study.run(ours, "ROLLBACK");
      assertThat(Study.value(ours, count)).isEqualTo(0L);
      Study.run(ours, "EXPLAIN FROM cate_publish('m')");
      assertThat(Study.value(ours, count)).isEqualTo(0L);
      Study.run(ours, "FROM cate_publish('m')");
      assertThat(Study.value(ours, count)).isEqualTo(1L);
      assertThatThrownBy(() -> Study.run(ours, "CREATE VIEW v AS FROM cate_publish('m')"))
          .hasMessageContaining("cannot stand in a view");
      assertThatThrownBy(() -> Study.run(ours, "FROM cate_publish('m', schema => 'nowhere')"))
          .hasMessageContaining("nowhere");
    }
  }

  @Test
  void parametersMayHaveReservedNames() throws SQLException {
    try (Connection ours = Study.open()) {
      Study.run(ours, Study.TABLE);
      Study.run(
          ours, "CREATE TABLE odd AS SELECT *, a AS \"order\", b AS \"it \"\"is\"\"\" FROM study");
      Study.run(
          ours,
          """
          FROM cate_fit(TABLE odd, model => 'my "odd" one', outcome => 'y', treatment => 'd',
            features => ['order', 'it "is"'], reps => 1, outcome_learner => 'ols', treatment_learner => 'logit')""");
      Study.run(ours, "FROM cate_publish('my \"odd\" one')");
      assertClose(
          Study.column(
              ours,
              "SELECT \"my \"\"odd\"\" one_effect\"(\"order\", \"it \"\"is\"\"\") FROM odd ORDER BY id"),
          Study.column(
              ours,
              "SELECT cate_effect('my \"odd\" one', \"order\", \"it \"\"is\"\"\") FROM odd ORDER BY id"),
          "odd");
    }
  }

  @Test
  void mistakesAreOneLine() throws SQLException {
    assertThatThrownBy(() -> text("plain", "effect", "postgres"))
        .hasMessageStartingWith(
            "cate_sql: dialect => 'postgres': must be one of 'duckdb', 'postgresql', 'bigquery', 'snowflake', 'redshift', 'spark', 'trino', 'clickhouse'. Did you mean postgresql?");
    assertThatThrownBy(() -> text("plain", "error", "duckdb"))
        .hasMessageStartingWith(
            "cate_sql: figure => 'error': must be one of 'effect', 'stderr', 'lower', 'upper'.");
    assertThatThrownBy(() -> text("plane", "effect", "duckdb"))
        .hasMessageStartingWith("cate_sql: model => 'plane'");
    Study.run(
        connection,
        """
        SELECT * FROM cate_fit((FROM mixed WHERE id <= 700), model => 'by_trees', outcome => 'y', treatment => 'd',
          features => ['n'], controls => ['id'], method => 't', final => 'gbt', reps => 1,
          outcome_learner => 'ols', treatment_learner => 'logit')""");
    assertThat(scores(connection, "cate_effect('by_trees', n)")).anyMatch(Double.class::isInstance);
    assertThatThrownBy(() -> text("by_trees", "effect", "duckdb"))
        .hasMessageStartingWith(
            "cate_sql: the model predicts by trees or calibrated chances, which are not written as SQL. Score with cate_effect, or fit it with spline.");
    assertThatThrownBy(() -> Study.run(connection, "SELECT cate_sql('plain', region) FROM mixed"))
        .hasMessageStartingWith("cate_sql: figure => 'region'");
    assertThatThrownBy(() -> Study.run(connection, "FROM cate_sql('plain')"))
        .hasMessageStartingWith("cate_sql: gives one value");
  }

  @Test
  void argumentsMayBeNamed() throws SQLException {
    assertThat(
            Study.value(
                connection, "SELECT cate_sql('plain', dialect => 'spark', figure => 'lower')"))
        .isEqualTo(text("plain", "lower", "spark"));
    assertThat(Study.value(connection, "SELECT cate_sql('average')"))
        .isEqualTo(text("average", "effect", "duckdb"));
  }
}
