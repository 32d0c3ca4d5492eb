/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whatif.planner.sql.Script;
import io.whatif.server.process.Served;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** psql and pgjdbc themselves, against our server and a PostgreSQL 15 that hold the same tables. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RealClientsTest {
  private static final Path PSQL = Path.of("/usr/lib/postgresql/15/bin/psql");

  private RealPostgres postgres;
  private Served served;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    postgres = RealPostgres.start();
    postgres.create("shop");
    served = Served.of(folder.resolve("shop.duckdb"));
    try (Connection theirs = postgres.connect("shop");
        Connection ours = ours()) {
      for (String sql : Script.statements(BothDatabases.resource("shop.sql"))) {
        execute(theirs, sql);
        execute(ours, sql);
      }
    }
  }

  @AfterAll
  void stop() throws Exception {
    if (served != null) {
      served.close();
    }
    if (postgres != null) {
      postgres.stop();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection ours() throws SQLException {
    return DriverManager.getConnection(served.url() + "?user=" + RealPostgres.USER);
  }

  private static String psql(int port, String command) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(PSQL), "psql 15 is not installed");
    Path output = Files.createTempFile("psql", ".txt");
    Process process =
        new ProcessBuilder(
                PSQL.toString(),
                "-X",
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-U",
                RealPostgres.USER,
                "-d",
                "shop",
                "-c",
                command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    return text;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\d",
        "\\dt",
        "\\dv",
        "\\dn",
        "\\dn+",
        "\\du",
        "\\du+",
        "\\di",
        "\\ds",
        "\\dT",
        "\\dT+",
        "\\dp",
        "\\db",
        "\\dd",
        "\\dE",
        "\\dm",
        "\\d orders",
        "\\d+ orders",
        "\\d lines",
        "\\d big_spenders",
        "\\d ticket",
        "\\d orders_customer",
        "\\d orders_note",
        "\\d customers_pkey",
        "\\d marts.daily",
        "\\d marts.*",
        "\\dt marts.*",
        "\\d no_such_table",
        "\\encoding",
        "SELECT 'orders'::regclass, current_user, 1::oid AS o",
        "SELECT indkey, indisunique FROM pg_index WHERE indrelid = 'lines'::regclass"
      })
  void psqlPrintsOfOursWhatItPrintsOfPostgres(String command) throws Exception {
    String expected = psql(postgres.port(), command);
    assertThat(psql(served.port(), command)).isEqualTo(expected);
    assertThat(expected).isNotBlank();
  }

  @Test
  void psqlTellsOfACheckInDuckDbsWords() throws Exception {
    assertThat(
            psql(served.port(), "\\d customers")
                .replace("spend >= 0)", "spend >= 0::double precision)"))
        .isEqualTo(psql(postgres.port(), "\\d customers"));
  }

  @Test
  void psqlListsTheDatabaseAndTheCausalFunctions() throws Exception {
    assertThat(psql(served.port(), "\\l")).contains("shop", "UTF8", "(1 row)");
    assertThat(psql(served.port(), "\\df cate_effect"))
        .contains("double precision", "model text, VARIADIC features \"any\"");
  }

  private interface Look {
    ResultSet rows(DatabaseMetaData metaData) throws SQLException;
  }

  private record Asked(String name, Look look) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Asked> looks() {
    return Stream.of(
        new Asked("schemas", DatabaseMetaData::getSchemas),
        new Asked("table types", DatabaseMetaData::getTableTypes),
        new Asked("tables", m -> m.getTables(null, "main", "%", null)),
        new Asked(
            "tables and views", m -> m.getTables(null, null, "%", new String[] {"TABLE", "VIEW"})),
        new Asked("columns", m -> m.getColumns(null, "main", "%", "%")),
        new Asked("columns of one", m -> m.getColumns("shop", "main", "customers", "e%")),
        new Asked("primary key", m -> m.getPrimaryKeys(null, "main", "lines")),
        new Asked("imported keys", m -> m.getImportedKeys(null, null, "orders")),
        new Asked("exported keys", m -> m.getExportedKeys(null, null, "customers")),
        new Asked(
            "cross reference",
            m -> m.getCrossReference(null, null, "customers", null, null, "orders")),
        new Asked("indexes", m -> m.getIndexInfo(null, null, "orders", false, false)),
        new Asked("unique indexes", m -> m.getIndexInfo(null, "main", "customers", true, true)),
        new Asked("best row", m -> m.getBestRowIdentifier(null, null, "customers", 1, true)),
        new Asked("privileges", m -> m.getTablePrivileges(null, null, "customers")),
        new Asked("column privileges", m -> m.getColumnPrivileges(null, null, "customers", "id")),
        new Asked("procedures", m -> m.getProcedures(null, null, "%")));
  }

  @ParameterizedTest
  @MethodSource("looks")
  void pgjdbcTellsOfOursWhatItTellsOfPostgres(Asked asked) throws Exception {
    try (Connection theirs = postgres.connect("shop");
        Connection ours = ours()) {
      assertThat(rows(asked.look().rows(ours.getMetaData())))
          .isEqualTo(rows(asked.look().rows(theirs.getMetaData())));
    }
  }

  @Test
  void pgjdbcListsTheCausalFunctionsAndTheirArguments() throws Exception {
    try (Connection ours = ours()) {
      DatabaseMetaData metaData = ours.getMetaData();
      assertThat(rows(metaData.getCatalogs())).containsExactly("shop");
      assertThat(rows(metaData.getFunctions(null, null, "cate_fit")))
          .singleElement()
          .asString()
          .contains("cate_fit");
      assertThat(rows(metaData.getFunctionColumns(null, null, "ate", "%")))
          .anyMatch(row -> row.startsWith("shop | main | ate | outcome | 1 | 2003 | _text"));
      assertThat(rows(metaData.getTypeInfo())).hasSizeGreaterThan(60);
      assertThat(metaData.getDatabaseProductVersion()).isEqualTo("15.0");
      assertThat(metaData.getMaxIndexLength()).isEqualTo(0);
    }
  }

  private static List<String> rows(ResultSet result) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (result) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int c = 1; c <= result.getMetaData().getColumnCount(); c++) {
          row.add(result.getString(c));
        }
        rows.add(String.join(" | ", row));
      }
    }
    return rows;
  }
}
