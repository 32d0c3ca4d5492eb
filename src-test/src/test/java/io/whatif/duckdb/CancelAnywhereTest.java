/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.RunWithin;
import io.whatif.data.WhatifException;
import io.whatif.function.Arguments;
import io.whatif.function.Body;
import io.whatif.function.Catalog;
import io.whatif.function.FunctionDescriptor;
import io.whatif.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A call that is cancelled at the k-th look at whether it is leaves nothing behind: no session, no
 * model, no file, no row of {@code whatif_progress()}, and its connection answers as before.
 */
@Timeout(300)
final class CancelAnywhereTest {
  /** 1,000 rows: numbers, a text with NULLs, a group, a treatment, an outcome. */
  private static final String TABLE =
      """
      CREATE TABLE study AS
      SELECT i AS id, i % 2 AS part, a, b, w, d, round(b + d * (1 + a) + sin(i * 7.3), 6) AS y
      FROM (SELECT i, round(sin(i * 1.7), 6) AS a, round(cos(i * 2.3), 6) AS b,
              CASE WHEN i % 11 <> 0 THEN ['red', 'green', 'blue'][1 + i % 3] END AS w,
              (sin(i * 5.1) + 0.3 * cos(i * 2.3) > 0)::INT AS d
            FROM range(1000) t(i))""";

  private static final int CUTS = 8;

  private final AtomicLong looks = new AtomicLong();
  private volatile long stopAt = Long.MAX_VALUE;
  private @TempDir Path directory;
  private Connection connection;
  private Engine engine;

  /** Counts looks at whether the call is cancelled, and cancels it at one of them. */
  private final class Cut implements RunWithin {
    private final Run whole;

    Cut(Run whole) {
      this.whole = whole;
    }

    @Override
    public Run whole() {
      return whole;
    }

    @Override
    public void checkCancelled() {
      if (looks.incrementAndGet() >= stopAt) {
        throw new WhatifException(ErrorCode.CANCELLED, "was cancelled.");
      }
      whole.checkCancelled();
    }
  }

  private final class CutSummary implements Body.Summary {
    private final Body.Summary body;

    CutSummary(Body.Summary body) {
      this.body = body;
    }

    @Override
    public Body.Answer answer(Run run, RawTable relation, Arguments arguments) {
      return body.answer(new Cut(run), relation, arguments);
    }

    @Override
    public boolean stores() {
      return body.stores();
    }
  }

  private final class CutRows implements Body.RowWise {
    private final Body.RowWise body;

    CutRows(Body.RowWise body) {
      this.body = body;
    }

    @Override
    public Map<String, double[]> columns(
        Run run, RawTable relation, Arguments arguments, Set<String> asked) {
      return body.columns(new Cut(run), relation, arguments, asked);
    }

    @Override
    public @Nullable String keepWhere(Map<String, ? extends @Nullable Object> literals) {
      return body.keepWhere(literals);
    }
  }

  private final class CutByModel implements Body.ModelSummary {
    private final Body.ModelSummary body;

    CutByModel(Body.ModelSummary body) {
      this.body = body;
    }

    @Override
    public List<Map<String, @Nullable Object>> rows(
        Run run, StoredModel model, RawTable relation, Arguments arguments) {
      return body.rows(new Cut(run), model, relation, arguments);
    }
  }

  private FunctionDescriptor cut(FunctionDescriptor function) {
    List<Body> bodies = new ArrayList<>();
    for (Body body : function.bodies()) {
      if (body instanceof Body.Summary summary) {
        bodies.add(new CutSummary(summary));
      } else if (body instanceof Body.RowWise rows) {
        bodies.add(new CutRows(rows));
      } else if (body instanceof Body.ModelSummary byModel) {
        bodies.add(new CutByModel(byModel));
      } else {
        bodies.add(body);
      }
    }
    return new FunctionDescriptor(
        function.name(),
        function.text(),
        function.arguments(),
        function.result(),
        function.source(),
        function.example(),
        bodies);
  }

  @BeforeEach
  void open() throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
    engine = Engine.of(connection, Catalog.ALL.stream().map(this::cut).toList());
    Whatif.register(connection);
    run(TABLE);
    run("SET threads = 2");
    run("SET temp_directory = '" + directory + "'");
    rows(
        "FROM cate_fit('study', model := 'kept', outcome := 'y', treatment := 'd', features := ['a'], controls := ['b'], outcome_learner := 'ols', treatment_learner := 'logit', reps := 1)");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> rows(String sql) throws SQLException {
    return Database.rows(connection, sql);
  }

  private static final String ROLES =
      "outcome := 'y', treatment := 'd', features := ['a', 'w'], controls := ['b'], ";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dml_summary('study', "
            + ROLES
            + "outcome_learner := 'ridge', treatment_learner := 'logistic')",
        "dml_summary('study', "
            + ROLES
            + "outcome_learner := 'spline', treatment_learner := 'spline', reps := 1)",
        "dml_summary('study', "
            + ROLES
            + "outcome_learner := 'gbt(trees=20)', treatment_learner := 'lasso', reps := 1)",
        "dml_summary('study', "
            + ROLES
            + "outcome_learner := 'ols', treatment_learner := 'logit', inference := 'bootstrap', draws := 40, reps := 1)",
        "dml_summary('study', "
            + ROLES
            + "outcome_learner := 'ols', treatment_learner := 'logit', partition_by := 'part')",
        "dml_summary('study', "
            + ROLES
            + "outcome_learner := 'ols', treatment_learner := 'logit', method := 'ci_dml', clusters := 3)",
        "ate('study', outcome := 'y', treatment := 'd', controls := ['a', 'b'], outcome_learner := 'ols', treatment_learner := 'forest(trees=10)')",
        "cate_fit('study', model := 'gone', "
            + ROLES
            + "method := 'causal_forest', trees := 40, outcome_learner := 'ols', treatment_learner := 'logit', reps := 1)",
        "cate_fit('study', model := 'gone', "
            + ROLES
            + "method := 'dr', outcome_learner := 'ols', treatment_learner := 'logit', reps := 1)",
        "cate_population('kept', 'study')",
        "cate_tree('kept', 'study')",
        "propensity_trim('study', treatment := 'd', controls := ['a', 'b'], treatment_learner := 'logistic')",
        "balance('study', treatment := 'd', controls := ['a', 'b'], treatment_learner := 'logistic')",
      })
  void nothingIsLeft(String call) throws SQLException, IOException {
    String sql = "SELECT count(*) FROM " + call;
    looks.set(0);
    List<String> whole = rows(sql);
    long all = looks.get();
    assertThat(all).isGreaterThan(1);
    if (call.contains("'gone'")) {
      run("FROM cate_drop('gone')");
    }
    for (int cut = 0; cut <= CUTS; cut++) {
      looks.set(0);
      stopAt = Math.max(1, all * cut / CUTS);
      String failure = "";
      try {
        rows(sql);
      } catch (SQLException e) {
        failure = String.valueOf(e.getMessage());
      } finally {
        stopAt = Long.MAX_VALUE;
      }
      assertThat(failure).as("look %d of %d", looks.get(), all).contains("was cancelled.");
      assertThat(engine.openSessions()).isZero();
      assertThat(rows("FROM whatif_progress()")).isEmpty();
      assertThat(rows("SELECT name FROM cate_models()")).containsExactly("kept");
      try (Stream<Path> files = Files.list(directory)) {
        assertThat(files).isEmpty();
      }
    }
    assertThat(rows(sql)).isEqualTo(whole);
  }
}
