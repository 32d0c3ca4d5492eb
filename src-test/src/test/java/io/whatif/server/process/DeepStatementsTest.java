/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import static io.whatif.server.process.Served.rows;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** DuckDB binds on the stack of the thread that asks; none of these may end the process. */
final class DeepStatementsTest {
  static Stream<String> deep() {
    return Stream.of(
        "SELECT 1" + "+1".repeat(900),
        "SELECT " + "NOT ".repeat(900) + "true",
        "SELECT " + "[".repeat(400) + "1" + "]".repeat(400),
        "SELECT " + "abs(".repeat(900) + "1" + ")".repeat(900),
        "SELECT " + "CASE WHEN true THEN ".repeat(300) + "1" + " END".repeat(300),
        "SELECT " + "(SELECT ".repeat(90) + "1" + ")".repeat(90),
        "SELECT * FROM " + "(SELECT * FROM ".repeat(150) + "(SELECT 1)" + ")".repeat(150));
  }

  @ParameterizedTest
  @MethodSource("deep")
  void aDeepStatementIsAnsweredOrRefused(String sql, @TempDir Path folder) throws Exception {
    try (ServerProcess server = ServerProcess.start(folder.resolve("deep.db"));
        Connection one = server.connect();
        Connection other = server.connect("preferQueryMode", "simple")) {
      for (Connection connection : new Connection[] {one, other}) {
        try {
          assertThat(rows(connection, sql)).hasSize(1);
        } catch (SQLException refused) {
          assertThat(refused.getSQLState()).doesNotStartWith("08");
        }
      }
      assertThat(rows(one, "SELECT 7")).containsExactly("7");
    }
  }

  @Test
  void theCommandLineAnswersADeepStatement() throws Exception {
    Process process =
        new ProcessBuilder(
                ServerProcess.command("sql", "-c", "SELECT 1" + "+1".repeat(900) + " AS total"))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("901");
  }
}
