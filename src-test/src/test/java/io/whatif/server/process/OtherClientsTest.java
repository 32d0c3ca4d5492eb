/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Clients of other languages, each through its own driver, where it is installed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OtherClientsTest {
  private static final String CALL =
      "SELECT term, round(estimate, 1) AS estimate, n FROM dml_summary(TABLE customers,"
          + " outcome => 'spend', treatment => 'coupon', controls => ['age'])";

  private Path folder;
  private Served served;

  @BeforeAll
  void serve(@TempDir Path temporary) throws Exception {
    folder = temporary;
    served = Served.of(folder.resolve("shop.db"));
    try (var connection = served.connect()) {
      Served.run(connection, ServerProcessTest.customers(2_000));
    }
  }

  @AfterAll
  void end() throws Exception {
    served.close();
  }

  private static boolean isInstalled(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
  }

  private String said(String input, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(folder.toFile());
    builder.environment().put("PGUSER", "tester");
    builder.environment().put("PGDATABASE", served.database());
    builder.environment().put("PGHOST", "127.0.0.1");
    builder.environment().put("PGPORT", "" + served.port());
    builder.environment().put("PGCLIENTENCODING", "UTF8");
    Process process = builder.start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return out;
  }

  private String psql(String script) throws IOException, InterruptedException {
    assumeTrue(isInstalled("psql"), "psql is not installed");
    return said(script, "psql", "-X", "-A", "-t", "-v", "VERBOSITY=verbose");
  }

  @Test
  void psqlAsksACausalQuestion() throws Exception {
    assertThat(psql(CALL + ";\n")).endsWith("treatment|3|2000\n");
  }

  @Test
  void psqlCopiesInAndOut() throws Exception {
    Files.writeString(folder.resolve("in.csv"), "a,b\n1,\"x, y\"\n2,\n3,\"\"\n");
    String out =
        psql(
            """
            CREATE TABLE copied (a INTEGER, b VARCHAR);
            \\copy copied FROM 'in.csv' WITH (FORMAT csv, HEADER)
            SELECT a, b IS NULL, b FROM copied ORDER BY a;
            \\copy (SELECT * FROM copied ORDER BY a) TO 'out.csv' WITH CSV HEADER
            """);
    assertThat(out).contains("COPY 3\n1|f|x, y\n2|t|\n3|f|\nCOPY 3\n");
    assertThat(folder.resolve("out.csv")).hasSameTextualContentAs(folder.resolve("in.csv"));
  }

  @Test
  void psqlTellsWhatIsWrongWhereAndWhatToDo() throws Exception {
    assertThat(psql("SELECT spent FROM customers;\n"))
        .contains("ERROR:  42703: Referenced column \"spent\" not found in FROM clause!")
        .contains("LINE 1: SELECT spent FROM customers;\n               ^\n")
        .contains("HINT:  ");
  }

  @Test
  void psqlRunsAPreparedStatementWithParameters() throws Exception {
    assertThat(psql("PREPARE p AS SELECT $1::INTEGER + $2::INTEGER; EXECUTE p(40, 2);\n"))
        .isEqualTo("PREPARE\n42\n");
  }

  @Test
  void psqlReadsAResultInParts() throws Exception {
    String out =
        psql("\\set FETCH_COUNT 7\nSELECT sum(i) OVER () FROM range(30) t(i);\nSELECT 'done';\n");
    assertThat(out.lines()).hasSize(31).last().isEqualTo("done");
  }

  /** pg is installed by .ci/run, or by src-test/clients/install.sh. */
  @Test
  void nodeAsksACausalQuestion() throws Exception {
    Path modules = Path.of("target", "clients", "node_modules").toAbsolutePath();
    assumeTrue(isInstalled("node"), "node is not installed");
    assumeTrue(
        Files.isDirectory(modules.resolve("pg")),
        "pg is not installed: run src-test/clients/install.sh");
    Path script = folder.resolve("ask.js");
    Files.writeString(
        script,
        """
        const { Client } = require('%s/pg');
        (async () => {
          const client = new Client();
          await client.connect();
          const causal = await client.query(`%s`);
          console.log(JSON.stringify(causal.rows));
          const types = await client.query(
            `SELECT $1::INTEGER + 1 AS n, $2 AS text, $3::BOOLEAN AS b, $4::DOUBLE AS d,
               $5::TIMESTAMP AS t, $6::INTEGER[] AS list, $7::JSON AS j, NULL AS nothing`,
            [41, "it's", true, 0.1, '2020-01-02 03:04:05.678', [1, 2, null], '{"a":[1]}']);
          console.log(JSON.stringify(types.rows[0]));
          const named = { name: 'named', text: 'SELECT count(*)::INTEGER AS n FROM customers WHERE age > $1' };
          for (const age of [0, 5]) console.log((await client.query({ ...named, values: [age] })).rows[0].n > 0);
          try { await client.query('SELECT * FROM nowhere'); } catch (e) { console.log(e.code, e.position); }
          await client.query('BEGIN'); await client.query('CREATE TABLE gone (a INTEGER)');
          await client.query('ROLLBACK');
          try { await client.query('SELECT * FROM gone'); } catch (e) { console.log(e.code); }
          await client.end();
        })().catch(e => { console.log('failed', e); process.exit(1); });
        """
            .formatted(modules, CALL));
    List<String> lines = said("", "node", script.toString()).lines().toList();
    assertThat(lines)
        .containsExactly(
            "[{\"term\":\"treatment\",\"estimate\":3,\"n\":\"2000\"}]",
            "{\"n\":42,\"text\":\"it's\",\"b\":true,\"d\":0.1,\"t\":\"2020-01-02T03:04:05.678Z\","
                + "\"list\":[1,2,null],\"j\":{\"a\":[1]},\"nothing\":null}",
            "true",
            "true",
            "42P01 15",
            "42P01");
  }

  private static Path odbcDriver() throws IOException {
    Path libraries = Path.of("/usr/lib");
    if (!Files.isDirectory(libraries)) {
      return null;
    }
    try (Stream<Path> found =
        Files.find(
            libraries,
            4,
            (path, ignored) -> path.getFileName().toString().equals("psqlodbcw.so"))) {
      return found.findFirst().orElse(null);
    }
  }

  @Test
  void odbcAsksACausalQuestion() throws Exception {
    assumeTrue(isInstalled("isql"), "isql is not installed");
    Path driver = odbcDriver();
    assumeTrue(driver != null, "psqlODBC is not installed");
    String target =
        "Driver=%s;Servername=127.0.0.1;Port=%d;Database=%s;UserName=tester;Password=x"
            .formatted(driver, served.port(), served.database());
    String out =
        said(
            CALL
                + "\nSELECT 'a' AS a, 1.5::DOUBLE AS b, DATE '2020-01-02' AS c, NULL AS d\nSELECT * FROM nowhere\n",
            "isql",
            "-k",
            target,
            "-b",
            "-d|",
            "-v");
    assertThat(out)
        .contains("treatment|3|2000")
        .contains("a|1.5|2020-01-02|")
        .contains("[42P01]")
        .contains("nowhere");
  }
}
