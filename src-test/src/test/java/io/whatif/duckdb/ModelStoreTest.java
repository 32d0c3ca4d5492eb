/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.FunctionDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {

  /** What a driver does with a fit. */
  private static void fit(Database db, Connection user, String name, String ifExists)
      throws SQLException {
    ModelStore.on(user).checkFit(name, ifExists);
    try (Scope scope = db.engine.openScope()) {
      String call =
          db.call(
              scope,
              "fit_sample",
              "SELECT 1 AS age, 'a' AS region UNION ALL SELECT 2, 'b'",
              "model",
              name,
              "controls",
              List.of("age", "region"),
              "if_exists",
              ifExists);
      Database.rows(user, "FROM " + call);
      assertThat(scope.fitted()).hasSize(1);
      scope.store(user);
    }
  }

  private static String score(Database db, Connection on, String... arguments) throws SQLException {
    FunctionDescriptor function = db.function("cate_effect");
    return ScoreSql.of(function, ModelStore.on(on).header("m"), List.of(arguments));
  }

  @Test
  void aFittedModelScoresFromTheUsersTransactionAndRollbackTakesItBack() throws SQLException {
    try (Database db = new Database()) {
      db.run("BEGIN");
      fit(db, db.connection, "m", "error");
      String score = score(db, db.connection, "5", "'b'");
      assertThat(db.rows("SELECT " + score)).containsExactly("16.0");
      db.run("ROLLBACK");
      assertThat(ModelStore.on(db.connection).find("m")).isEmpty();
      assertThat(db.rows("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'whatif'"))
          .containsExactly("0");
    }
  }

  @Test
  void valuesOfAnyTypeScoreAndNullGivesNull() throws SQLException {
    try (Database db = new Database()) {
      fit(db, db.connection, "m", "error");
      assertThat(
              db.rows(
                  "SELECT "
                      + score(db, db.connection, "a", "r")
                      + " FROM (VALUES (1::DECIMAL(4,1), 'a'), (2, 'b'), (3, 'other'), (NULL, 'a'),"
                      + " (4, NULL)) t(a, r)"))
          .containsExactly("2.0", "13.0", "null", "null", "null");
      assertThat(db.rows("SELECT " + score(db, db.connection, "?", "?"), 5, "b"))
          .containsExactly("16.0");
    }
  }

  @Test
  void aViewOverAScoreSeesANewVersionAndRefusesOtherFeatures() throws SQLException {
    try (Database db = new Database()) {
      fit(db, db.connection, "m", "error");
      db.run("CREATE VIEW v AS SELECT " + score(db, db.connection, "1", "'b'") + " AS effect");
      assertThat(db.rows("FROM v")).containsExactly("12.0");
      fit(db, db.connection, "m", "replace");
      assertThat(db.rows("FROM v")).containsExactly("12.0");
      try (Scope scope = db.engine.openScope()) {
        db.rows(
            "FROM "
                + db.call(
                    scope,
                    "fit_sample",
                    "SELECT 1 AS region, 1 AS age",
                    "model",
                    "m",
                    "controls",
                    List.of("region", "age"),
                    "if_exists",
                    "replace"));
        scope.store(db.connection);
      }
      assertThat(db.failure("FROM v"))
          .isEqualTo(
              "Invalid Input Error: cate_effect: model 'm' takes (region, age), but this call was"
                  + " written when it took (age, region text). Create the view again, or fit with"
                  + " the same features.");
      assertThat(db.rows("SELECT version FROM " + ModelStore.on(db.connection).listSql()))
          .containsExactly("3");
      assertThat(ModelStore.on(db.connection).drop("m")).isEqualTo(3);
      assertThat(db.failure("FROM v"))
          .isEqualTo(
              "Invalid Input Error: cate_effect: model => 'm': there is no such model any more. Fit"
                  + " it again with cate_fit.");
    }
  }

  @Test
  void theWrongNumberOfValuesIsRefused() throws SQLException {
    try (Database db = new Database()) {
      fit(db, db.connection, "m", "error");
      assertThatThrownBy(() -> score(db, db.connection, "1"))
          .hasMessage(
              "cate_effect: model 'm' takes 2 features (age, region), the call passes 1. Add region.");
      assertThatThrownBy(() -> score(db, db.connection, "1", "2", "3"))
          .hasMessage(
              "cate_effect: model 'm' takes 2 features (age, region), the call passes 3. Pass only these.");
    }
  }

  @Test
  void aModelThatExistsIsRefusedReplacedOrKept() throws SQLException {
    try (Database db = new Database()) {
      ModelStore store = ModelStore.on(db.connection);
      assertThat(store.checkFit("m", "error")).isEmpty();
      fit(db, db.connection, "m", "error");
      assertThatThrownBy(() -> store.checkFit("m", "error"))
          .hasMessage(
              "model => 'm': a model of that name is stored already. Use if_exists => 'replace' or"
                  + " 'skip', or another name.");
      assertThat(store.checkFit("m", "replace")).isEmpty();
      assertThat(store.checkFit("m", "skip").orElseThrow().report())
          .isEqualTo(Map.of("model", "m", "n", 2L));
    }
  }

  @Test
  void anUnknownModelIsToldWithTheNearestName() throws SQLException {
    try (Database db = new Database()) {
      ModelStore store = ModelStore.on(db.connection);
      assertThatThrownBy(() -> store.header("lift"))
          .hasMessage(
              "model => 'lift': there is no such model in database 'memory'. None is stored yet. Fit"
                  + " one with cate_fit.");
      fit(db, db.connection, "lift", "error");
      assertThatThrownBy(() -> store.header("lfit"))
          .hasMessage(
              "model => 'lfit': there is no such model in database 'memory'. Did you mean 'lift'?");
      assertThatThrownBy(() -> store.drop("elsewhere"))
          .hasMessage(
              "model => 'elsewhere': there is no such model in database 'memory'. FROM cate_models()"
                  + " lists them.");
    }
  }

  @Test
  void theListOfModelsIsTypedEvenWhenEmpty() throws SQLException {
    try (Database db = new Database()) {
      List<String> types =
          db.rows(
              "SELECT column_name, column_type FROM (DESCRIBE FROM "
                  + ModelStore.on(db.connection).listSql()
                  + ")");
      assertThat(types)
          .isEqualTo(
              db.function("cate_models").result().stream()
                  .map(c -> c.name() + "|" + c.type().sql())
                  .toList());
      fit(db, db.connection, "m", "error");
      assertThat(
              db.rows(
                  "SELECT column_name, column_type FROM (DESCRIBE FROM "
                      + ModelStore.on(db.connection).listSql()
                      + ")"))
          .isEqualTo(types);
      assertThat(
              db.rows(
                  "SELECT name, version, method, n, features, payload_bytes > 100 FROM "
                      + ModelStore.on(db.connection).listSql()))
          .containsExactly("m|1|sample|2|[age, region]|true");
    }
  }

  @Test
  void aReportSeesTheUsersTransaction() throws SQLException {
    try (Database db = new Database()) {
      db.run("BEGIN");
      fit(db, db.connection, "m", "error");
      CausalCall call = new CausalCall(SampleFunctions.REPORT, null, "m", Map.of(), Map.of());
      assertThat(db.rows("FROM " + Lowering.report(call, ModelStore.on(db.connection).header("m"))))
          .containsExactly("intercept|1.0", "age|1.0", "region[1]|10.0");
      db.run("ROLLBACK");
    }
  }

  @Test
  void aCopiedFileCarriesItsModelsAndViews(@TempDir Path folder) throws Exception {
    Path first = folder.resolve("first.duckdb");
    try (Database db = new Database("jdbc:duckdb:" + first)) {
      fit(db, db.connection, "m", "error");
      db.run("CREATE VIEW v AS SELECT " + score(db, db.connection, "1", "'b'") + " AS effect");
    }
    Path second = folder.resolve("second.duckdb");
    Files.copy(first, second);
    try (Database db = new Database("jdbc:duckdb:" + second)) {
      assertThat(db.rows("FROM v")).containsExactly("12.0");
      assertThat(db.rows("SELECT " + score(db, db.connection, "2", "'a'"))).containsExactly("3.0");
    }
  }

  @Test
  void aFileCalledWhatifIsNoProblem(@TempDir Path folder) throws Exception {
    try (Database db = new Database("jdbc:duckdb:" + folder.resolve("whatif.duckdb"))) {
      fit(db, db.connection, "m", "error");
      assertThat(db.rows("SELECT " + score(db, db.connection, "2", "'a'"))).containsExactly("3.0");
    }
  }

  @Test
  void aReadOnlyDatabaseIsToldBeforeTheFit(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("closed.duckdb");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file)) {
      assertThat(connection.isClosed()).isFalse();
    }
    try (Database db = new Database()) {
      db.run("ATTACH '" + file + "' AS closed (READ_ONLY)", "USE closed");
      assertThatThrownBy(() -> ModelStore.on(db.connection).checkFit("m", "error"))
          .isInstanceOfSatisfying(
              WhatifException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.READ_ONLY))
          .hasMessage(
              "database 'closed' is read-only, so no model can be stored or dropped. Open it for"
                  + " writing, or USE another database.");
    }
  }

  @Test
  void aModelOfAnotherDatabaseAttachedIsFound(@TempDir Path folder) throws Exception {
    try (Database db = new Database()) {
      db.run("ATTACH '" + folder.resolve("w.duckdb") + "' AS w", "USE w");
      fit(db, db.connection, "m", "error");
      db.run("USE memory");
      assertThat(db.rows("SELECT " + score(db, db.connection, "2", "'a'"))).containsExactly("3.0");
      assertThatThrownBy(() -> ModelStore.on(db.connection).drop("m"))
          .hasMessage("model => 'm': is in another database than 'memory'. USE that one first.");
    }
  }

  @Test
  void aDamagedPayloadIsOneClearLine() throws SQLException {
    try (Database db = new Database()) {
      fit(db, db.connection, "m", "error");
      db.run(
          "UPDATE whatif.models SET key = 7, payload = payload || '\\x00'::BLOB WHERE name = 'm'");
      String score = score(db, db.connection, "2", "'a'");
      assertThat(db.failure("SELECT " + score))
          .matches(
              "Invalid Input Error: cate_effect: model 'm': its payload is damaged \\(\\d+ bytes,"
                  + " \\d+ expected\\)\\. Fit it again\\.");
      db.run("UPDATE whatif.models SET key = 8, payload = 'hello'::BLOB WHERE name = 'm'");
      assertThat(db.failure("SELECT " + score))
          .isEqualTo(
              "Invalid Input Error: cate_effect: model 'm': its payload is not a Whatif model. Fit it"
                  + " again.");
    }
  }

  @Test
  void twoConnectionsFitAtOnce() throws Exception {
    try (Database db = new Database();
        Connection other = db.another()) {
      CompletableFuture<Void> one = fitInBackground(db, db.connection, "one");
      CompletableFuture<Void> two = fitInBackground(db, other, "two");
      one.get();
      two.get();
      assertThat(ModelStore.on(db.connection).names()).containsExactly("one", "two");
    }
  }

  private static CompletableFuture<Void> fitInBackground(Database db, Connection on, String name) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            fit(db, on, name, "error");
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void ofModelsOfOneVersionTheLatestIsTakenEverywhere() throws SQLException {
    try (Database db = new Database()) {
      fit(db, db.connection, "m", "error");
      long latest = ModelStore.on(db.connection).header("m").key();
      String copy = "INSERT INTO whatif.models SELECT * REPLACE (%s) FROM whatif.models LIMIT 1";
      db.run(copy.formatted("key - 1 AS key, created_at - INTERVAL 1 HOUR AS created_at"));
      db.run(copy.formatted("key - 2 AS key"));
      assertThat(ModelStore.on(db.connection).header("m").key()).isEqualTo(latest);
      assertThat(db.rows("SELECT name, version FROM " + ModelStore.on(db.connection).listSql()))
          .containsExactly("m|1");
      assertThat(db.rows("SELECT " + score(db, db.connection, "1", "'b'"))).containsExactly("12.0");
    }
  }
}
