/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The catalog's own shape, against that of a PostgreSQL 15. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CatalogRelationsTest {
  /** Its columns have types that no result of ours could have. */
  private static final Set<String> LEFT_OUT = Set.of("pg_statistic_ext_data");

  private static final String SHAPE =
      """
      SELECT n.nspname, c.relname, a.attnum, a.attname, a.atttypid, a.attnotnull
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v') AND a.attnum > 0
        AND NOT a.attisdropped AND c.relname NOT LIKE '\\_pg\\_%' ESCAPE '\\' AND c.relname <> 'pg_statistic_ext_data'
      ORDER BY 1, 2, 3""";

  private BothDatabases databases;
  private DialectSession session;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    databases = new BothDatabases(folder);
    session = DialectSession.open();
  }

  @AfterAll
  void close() throws Exception {
    if (databases != null) {
      databases.close();
      session.close();
    }
  }

  @Test
  void everyRelationHasPostgresColumnsAndTheNumbersOfTheirTypes() throws Exception {
    List<String> expected = databases.ofPostgres(SHAPE);
    assertThat(databases.ofDuckDb(SHAPE)).hasSizeGreaterThan(1900).isEqualTo(expected);
  }

  @Test
  void everyRelationCanBeReadAndHasTheColumnsItTellsOf() throws Exception {
    for (CatalogRelation relation : CatalogRelation.ALL.values()) {
      String name = relation.schema() + "." + relation.name();
      assertThat(session.heading("SELECT * FROM " + name))
          .as(name)
          .containsExactlyElementsOf(
              relation.columns().stream().map(CatalogRelation.Column::name).toList());
    }
    assertThat(CatalogRelation.ALL.keySet()).doesNotContainAnyElementsOf(LEFT_OUT);
  }

  @Test
  void typesAreDescribedAsPostgresDescribesThem() throws Exception {
    Set<String> ours = new TreeSet<>();
    for (List<String> row :
        session.rows("SELECT oid FROM pg_catalog.pg_type WHERE oid < 13000 ORDER BY 1")) {
      ours.add(row.get(0));
    }
    String types =
        """
        SELECT oid, typname, typnamespace, typlen, typbyval, typtype, typcategory, typispreferred, typisdefined, typdelim,
          typrelid, typelem, typarray, typalign, typstorage, typnotnull, typbasetype, typtypmod, typndims, typcollation,
          format_type(oid, NULL) AS shown
        FROM pg_catalog.pg_type WHERE oid IN (%s) ORDER BY oid"""
            .formatted(String.join(", ", ours));
    assertThat(databases.ofDuckDb(types)).isEqualTo(databases.ofPostgres(types));
    assertThat(ours).hasSizeGreaterThan(70);
  }

  @Test
  void openingADatabaseWritesNothingToIt(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("still.duckdb");
    try (Connection made = DriverManager.getConnection("jdbc:whatif:" + file);
        Statement statement = made.createStatement()) {
      statement.execute("CREATE TABLE t (a INTEGER)");
    }
    byte[] before = Files.readAllBytes(file);
    try (Connection opened = DriverManager.getConnection("jdbc:whatif:" + file);
        Statement statement = opened.createStatement()) {
      PostgresCatalog.install(opened);
      try (ResultSet row =
          statement.executeQuery("SELECT count(*) FROM whatif_postgres.pg.pg_class")) {
        row.next();
        assertThat(row.getLong(1)).isGreaterThan(200);
      }
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(folder).isDirectoryContaining(path -> path.equals(file));
  }

  @Test
  void oneInstallationServesEverySessionWithItsOwnTemporaryTables() throws Exception {
    session.execute("CREATE TEMP TABLE passing (a INTEGER)");
    List<List<String>> own = new ArrayList<>();
    own.addAll(
        session.rows("SELECT relname, relpersistence FROM pg_class WHERE relname = 'passing'"));
    assertThat(own).containsExactly(List.of("passing", "t"));
    try (DialectSession other = DialectSession.open()) {
      assertThat(other.rows("SELECT relname FROM pg_class WHERE relname = 'passing'")).isEmpty();
    }
  }
}
