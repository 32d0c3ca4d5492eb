/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import static io.whatif.server.process.Served.rows;
import static io.whatif.server.process.Served.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.whatif.server.process.Served;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** Transactions that only read, however a client asks for them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TransactionModesTest {
  private static final String DELETE = "DELETE FROM t";

  private Served served;

  @BeforeAll
  void serve(@TempDir Path folder) throws Exception {
    served = Served.of(folder.resolve("shop.db"));
    try (Connection connection = served.connect()) {
      run(connection, "CREATE TABLE t AS FROM range(5) r(i)");
    }
  }

  @AfterAll
  void end() throws Exception {
    served.close();
  }

  private static void refused(Connection connection, String sql) {
    PSQLException failure = catchThrowableOfType(PSQLException.class, () -> run(connection, sql));
    assertThat((Object) failure).as(sql).isNotNull();
    assertThat(failure.getSQLState()).as(failure.getMessage()).isEqualTo("25006");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN READ ONLY",
        "START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY",
        "BEGIN; SET TRANSACTION READ ONLY",
        "BEGIN; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE",
        "BEGIN; SET transaction_read_only = on",
        "BEGIN; SET LOCAL transaction_read_only TO true",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; BEGIN",
        "SET default_transaction_read_only = on",
      })
  void aTransactionThatReadsDoesNotWrite(String begin) throws SQLException {
    for (String mode : new String[] {"simple", "extended"}) {
      try (Connection connection = served.connect("preferQueryMode", mode)) {
        run(connection, begin);
        assertThat(rows(connection, "SHOW transaction_read_only")).containsExactly("on");
        assertThat(rows(connection, "SELECT count(*) FROM t")).containsExactly("5");
        refused(connection, DELETE);
        run(connection, "ROLLBACK");
        assertThat(rows(connection, "SELECT count(*) FROM t")).containsExactly("5");
      }
    }
  }

  @Test
  void theDriversReadOnlyConnectionDoesNotWriteAndWritesAgain() throws SQLException {
    for (String mode : new String[] {"transaction", "always"}) {
      try (Connection connection = served.connect("readOnlyMode", mode)) {
        connection.setReadOnly(true);
        if (mode.equals("transaction")) {
          connection.setAutoCommit(false);
        }
        refused(connection, DELETE);
        if (mode.equals("transaction")) {
          connection.rollback();
          connection.setAutoCommit(true);
        }
        connection.setReadOnly(false);
        run(connection, "UPDATE t SET i = i");
      }
    }
  }

  @Test
  void aTransactionMayWriteWhereTheSessionOnlyReads() throws SQLException {
    try (Connection connection = served.connect()) {
      run(connection, "SET default_transaction_read_only = on");
      run(connection, "BEGIN READ WRITE");
      run(connection, "UPDATE t SET i = i");
      run(connection, "COMMIT");
      refused(connection, DELETE);
      run(connection, "SET default_transaction_read_only = off");
      run(connection, "UPDATE t SET i = i");
    }
  }

  @Test
  void showTellsHowTransactionsAre() throws SQLException {
    try (Connection connection = served.connect()) {
      run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      assertThat(rows(connection, "SHOW transaction_isolation")).containsExactly("repeatable read");
      assertThat(rows(connection, "SHOW transaction_read_only")).containsExactly("on");
      assertThat(rows(connection, "SHOW default_transaction_read_only")).containsExactly("off");
      run(connection, "COMMIT");
      assertThat(rows(connection, "SHOW transaction_isolation")).containsExactly("read committed");
      assertThat(rows(connection, "SHOW transaction_read_only")).containsExactly("off");
      run(connection, "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE");
      assertThat(rows(connection, "SHOW default_transaction_isolation"))
          .containsExactly("serializable");
      assertThat(rows(connection, "SHOW TRANSACTION ISOLATION LEVEL"))
          .containsExactly("serializable");
    }
  }

  @Test
  void aTransactionThatHasBegunToRunStaysWhatItIs() throws SQLException {
    try (Connection connection = served.connect()) {
      run(connection, "BEGIN");
      run(connection, "UPDATE t SET i = i");
      PSQLException failure =
          catchThrowableOfType(
              PSQLException.class, () -> run(connection, "SET TRANSACTION READ ONLY"));
      assertThat(failure.getSQLState()).isEqualTo("25001");
      run(connection, "ROLLBACK");
    }
  }
}
