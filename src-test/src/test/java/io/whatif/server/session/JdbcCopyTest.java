/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import static io.whatif.server.process.Served.rows;
import static io.whatif.server.process.Served.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** COPY by PostgreSQL's own driver for Java. */
final class JdbcCopyTest extends JdbcSales {
  @Test
  void rowsAreCopiedInAndOut() throws Exception {
    try (Connection connection = served.connect()) {
      run(
          connection,
          "CREATE TABLE copied (a INTEGER, b VARCHAR, c DOUBLE, d DATE, e BOOLEAN, f BLOB, g INTEGER[])");
      CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
      String text =
          "1\ta\\tb\t1.5\t2020-01-02\tt\t\\\\x00ff\t{1,2}\n2\t\\N\tNaN\t\\N\tf\t\\N\t{}\n";
      assertThat(copy.copyIn("COPY copied FROM STDIN", new StringReader(text))).isEqualTo(2);
      StringWriter out = new StringWriter();
      assertThat(copy.copyOut("COPY (SELECT * FROM copied ORDER BY a) TO STDOUT", out))
          .isEqualTo(2);
      assertThat(out.toString()).isEqualTo(text);
      String csv = "b,a\n\"x, \"\"y\"\"\",3\n,4\n\"\",5\n\"two\nlines\",6\n";
      assertThat(
              copy.copyIn(
                  "COPY copied (b, a) FROM STDIN WITH (FORMAT csv, HEADER)", new StringReader(csv)))
          .isEqualTo(4);
      StringWriter again = new StringWriter();
      copy.copyOut(
          "COPY (SELECT b, a FROM copied WHERE a > 2 ORDER BY a) TO STDOUT WITH CSV HEADER", again);
      assertThat(again.toString()).isEqualTo(csv);
      StringWriter bars = new StringWriter();
      copy.copyOut("COPY (SELECT NULL, 'a|b', 'c') TO STDOUT (DELIMITER '|', NULL '-')", bars);
      assertThat(bars.toString()).isEqualTo("-|a\\|b|c\n");
    }
  }

  @Test
  void aCopyThatFailsKeepsNoRow() throws Exception {
    try (Connection connection = served.connect()) {
      run(connection, "CREATE TABLE kept (a INTEGER, b VARCHAR)");
      CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
      StringBuilder many = new StringBuilder();
      for (int i = 0; i < 50_000; i++) {
        many.append(i).append("\tname ").append(i).append('\n');
      }
      String bad = many + "x\ty\n";
      assertThatThrownBy(() -> copy.copyIn("COPY kept FROM STDIN", new StringReader(bad)))
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("22P02");
      assertThatThrownBy(() -> copy.copyIn("COPY kept FROM STDIN", new StringReader("1\ta\n2\n")))
          .hasMessageContaining("missing data for column \"b\", line 2");
      assertThat(rows(connection, "SELECT count(*) FROM kept")).containsExactly("0");
      assertThat(copy.copyIn("COPY kept FROM STDIN", new StringReader(many.toString())))
          .isEqualTo(50_000);
      assertThat(rows(connection, "SELECT count(*), sum(a) FROM kept"))
          .containsExactly("50000|1249975000");
    }
  }
}
