/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {

  @Test
  void eachInstanceHasAnEngineOfItsOwn() throws SQLException {
    try (Connection one = DriverManager.getConnection("jdbc:duckdb:");
        Connection two = DriverManager.getConnection("jdbc:duckdb:")) {
      assertThat(Engine.of(one)).isSameAs(Engine.of(one)).isNotSameAs(Engine.of(two));
    }
  }

  /** Also within a transaction, which does not see what is registered beside it. */
  @Test
  void anInstanceThatIsNewGetsItsEngineUnasked() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
      connection.setAutoCommit(false);
      Engine engine = Engine.ofNew(connection);
      assertThat(Engine.of(connection)).isSameAs(engine);
      connection.rollback();
      assertThat(Database.rows(connection, "SELECT whatif_instance()"))
          .containsExactly(String.valueOf(engine.id()));
    }
  }

  @Test
  void connectionsToOneFileShareTheEngine(@TempDir Path folder) throws SQLException {
    String url = "jdbc:duckdb:" + folder.resolve("a.duckdb");
    try (Connection one = DriverManager.getConnection(url);
        Connection two = DriverManager.getConnection(url)) {
      assertThat(Engine.of(one)).isSameAs(Engine.of(two));
    }
  }

  @Test
  void aReadOnlyFileTakesTheFunctions(@TempDir Path folder) throws SQLException {
    String url = "jdbc:duckdb:" + folder.resolve("a.duckdb");
    DriverManager.getConnection(url).close();
    java.util.Properties properties = new java.util.Properties();
    properties.setProperty("duckdb.read_only", "true");
    try (Connection connection = DriverManager.getConnection(url, properties)) {
      Whatif.register(connection);
      assertThat(Database.rows(connection, "SELECT name FROM cate_models()")).isEmpty();
    }
  }

  @Test
  void anOpenTransactionIsNotDisturbedByRegistration() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
      connection.setAutoCommit(false);
      Database.rows(connection, "SELECT 1");
      Engine engine = Engine.of(connection);
      connection.rollback();
      assertThat(Engine.of(connection)).isSameAs(engine);
    }
  }

  @Test
  void theFileIsFreeAndTheEngineGoneWhenAllConnectionsAreClosed(@TempDir Path folder)
      throws Exception {
    String url = "jdbc:duckdb:" + folder.resolve("a.duckdb");
    WeakReference<Engine> engine = engineOf(url);
    for (int i = 0; i < 50 && engine.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(engine.get()).isNull();
    java.util.Properties properties = new java.util.Properties();
    properties.setProperty("duckdb.read_only", "true");
    try (Connection connection = DriverManager.getConnection(url, properties)) {
      assertThat(Engine.of(connection).openSessions()).isZero();
    }
  }

  private static WeakReference<Engine> engineOf(String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      Whatif.register(connection);
      return new WeakReference<>(Engine.of(connection));
    }
  }
}
