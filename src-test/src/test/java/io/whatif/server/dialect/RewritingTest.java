/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RewritingTest {
  private DialectSession session;

  @BeforeAll
  void open() throws Exception {
    session = DialectSession.open();
  }

  @AfterAll
  void close() throws Exception {
    session.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "  select * from goods -- pg_class\n where id = 1 /* pg_catalog.pg_type */ ",
        "SELECT 'pg_class', 'FROM pg_catalog.pg_class', $$pg_class$$, $x$ current_user $x$",
        "SELECT \"pg_class\".a FROM main.\"pg_class\"",
        "SELECT name, user_name, version FROM main.pg_things",
        "SELECT a AS pg_class, b AS version FROM goods",
        "SELECT t.pg_class, t.version FROM t",
        "WITH pg_class AS (SELECT 1 AS a) SELECT a FROM pg_class",
        "WITH x(a) AS (SELECT 1), pg_type AS NOT MATERIALIZED (FROM x) FROM pg_type",
        "CREATE TABLE pg_mine (oid INTEGER, name VARCHAR)",
        "CREATE TABLE pg_policy (a INTEGER)",
        "CREATE TABLE pg_policy AS SELECT 1 AS a",
        "DROP TABLE pg_policy",
        "ALTER TABLE pg_policy RENAME TO x",
        "INSERT INTO pg_policy SELECT 1",
        "UPDATE pg_policy SET a = 1",
        "INSERT INTO main.pg_class VALUES (1)",
        "SELECT '{\"a\": 1}'::json, '{}' = x FROM t",
        "SELECT name FROM goods WHERE name = 'x' COLLATE NOCASE",
        "SELECT extract(year FROM day) FROM sales",
        "SELECT a IS DISTINCT FROM b FROM t",
        "FROM goods SELECT id",
        "SELECT * FROM cate_fit(TABLE goods, model => 'm', outcome => 'price', treatment => 'quantity')",
        "COPY goods TO 'pg_class.csv'",
        "SELECT $1::int + ?",
        "SELECT 'unfinished pg_class",
        "SELECT /* unfinished pg_class",
        "",
        ";"
      })
  void aStatementThatNamesNothingOfTheCatalogIsLeftBitByBit(String sql) throws Refused {
    assertThat(session.dialect().read(sql)).isEqualTo(new Reading.Run(sql));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT relname FROM pg_class|SELECT relname FROM whatif_postgres.pg.pg_class",
        "select relname from PG_CATALOG.Pg_Class c|select relname from whatif_postgres.pg.pg_class c",
        "SELECT relname FROM \"pg_catalog\".\"pg_class\"|SELECT relname FROM whatif_postgres.pg.pg_class",
        "SELECT relname FROM memory.pg_catalog.pg_class|SELECT relname FROM whatif_postgres.pg.pg_class",
        "SELECT oid FROM goods, pg_class|SELECT oid FROM goods, whatif_postgres.pg.pg_class",
        "SELECT a FROM (pg_class c JOIN pg_am a ON TRUE)|SELECT a FROM (whatif_postgres.pg.pg_class c JOIN whatif_postgres.pg.pg_am a ON TRUE)",
        "SELECT pg_catalog.pg_class.oid FROM pg_class|SELECT pg_class.oid FROM whatif_postgres.pg.pg_class",
        "SELECT relname FROM pg_class WHERE relname OPERATOR(pg_catalog.~) 'a' COLLATE pg_catalog.default|SELECT relname FROM whatif_postgres.pg.pg_class WHERE relname ~ 'a' ",
        "SELECT table_name FROM information_schema.tables|SELECT table_name FROM whatif_postgres.pg.tables",
        "SELECT id FROM tables, columns|SELECT id FROM tables, columns",
        "SELECT x::pg_catalog.text FROM t|SELECT x::text FROM t",
        "SELECT x::name, CAST(y AS pg_catalog.int4) FROM t|SELECT x::VARCHAR, CAST(y AS int4) FROM t",
        "SELECT '{1,2}'::int[]|SELECT [1, 2]::int[]",
        "SELECT '{a,\"b,c\",NULL}'::text[]|SELECT ['a', 'b,c', NULL]::text[]",
        "SELECT relname FROM pg_class WHERE relkind = ANY ('{r,v}')|SELECT relname FROM whatif_postgres.pg.pg_class WHERE relkind = ANY (['r', 'v'])",
        "SELECT indkey[0] AS k FROM pg_index|SELECT indkey[(0) + 1] AS k FROM whatif_postgres.pg.pg_index",
        "SELECT relname FROM pg_class WHERE oid = 'goods'::regclass|SELECT relname FROM whatif_postgres.pg.pg_class WHERE oid = whatif_postgres.pg.whatif_regclass('goods')",
        "SELECT c.oid::regclass::text AS n FROM pg_class c|SELECT whatif_postgres.pg.whatif_class_name(c.oid)::text AS n FROM whatif_postgres.pg.pg_class c",
        "SELECT d.tableoid AS t FROM pg_description d|SELECT 2609::BIGINT AS t FROM whatif_postgres.pg.pg_description d",
        "TABLE pg_am|TABLE whatif_postgres.pg.pg_am",
        "SELECT a FROM ((pg_am a JOIN goods ON TRUE))|SELECT a FROM ((whatif_postgres.pg.pg_am a JOIN goods ON TRUE))",
        "EXPLAIN SELECT oid FROM pg_class|EXPLAIN SELECT oid FROM whatif_postgres.pg.pg_class",
        "CREATE TABLE x AS SELECT oid FROM pg_class|CREATE TABLE x AS SELECT oid FROM whatif_postgres.pg.pg_class"
      })
  void namesAndSyntaxOfTheCatalogArePutToOurs(String sql, String expected) throws Refused {
    assertThat(session.rewritten(sql)).isEqualTo(expected.stripTrailing() + tail(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SELECT indkey[0 FROM pg_index", "SELECT proargtypes::regtype[ FROM pg_proc"})
  void aBracketThatIsNeverClosedIsForDuckDbToRefuse(String sql) {
    assertThatThrownBy(() -> session.run(sql))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("syntax error");
  }

  /** The table above is stripped; a collation leaves its space. */
  private static String tail(String expected) {
    return expected.endsWith("'a'") ? " " : "";
  }

  @Test
  void columnsOfAQueryOnTheCatalogAreNamedAsPostgresNamesThem() throws Exception {
    assertThat(
            session.heading(
                """
                SELECT count(*), 1 + 1, 'x', NULL, CASE WHEN TRUE THEN 1 END, coalesce(NULL, 1), max(relname)::text,
                  (SELECT oid FROM pg_am LIMIT 1), ARRAY(SELECT 1), current_user, 1::int, trim(both 'x' FROM 'xax'),
                  count(*) AS Total, min(c.RelName)
                FROM pg_class c"""))
        .containsExactly(
            "count",
            "?column?",
            "?column?",
            "?column?",
            "case",
            "coalesce",
            "max",
            "oid",
            "array",
            "current_user",
            "int4",
            "btrim",
            "total",
            "min");
    assertThat(session.heading("SELECT version()")).containsExactly("version");
    assertThat(session.heading("SELECT current_schema(), pg_catalog.pg_backend_pid()"))
        .containsExactly("current_schema", "pg_backend_pid");
  }

  @Test
  void aSessionIsToldOfItself() throws Exception {
    assertThat(
            session.rows(
                "SELECT current_user, session_user, current_database(), current_schema(), pg_backend_pid()"))
        .containsExactly(List.of("ada", "ada", "memory", "main", "77"));
    assertThat(session.value("SELECT pg_get_userbyid(10)")).isEqualTo("ada");
    assertThat(session.value("SELECT version()")).startsWith("PostgreSQL 15.0 (Whatif");
  }

  @Test
  void anObjectsNumberIsShownAsItsName() throws Exception {
    assertThat(session.value("SELECT 'goods'::regclass")).isEqualTo("goods");
    assertThat(session.value("SELECT 'marts.daily'::regclass")).isEqualTo("marts.daily");
    assertThat(session.value("SELECT 'pg_catalog.pg_class'::regclass::oid")).isEqualTo("1259");
    assertThat(session.value("SELECT 'integer'::regtype::oid")).isEqualTo("23");
    assertThat(session.value("SELECT 1043::regtype")).isEqualTo("character varying");
    assertThat(session.value("SELECT to_regclass('nowhere')")).isNull();
    assertThatThrownBy(() -> session.value("SELECT 'nowhere'::regclass"))
        .hasMessageContaining("relation \"nowhere\" does not exist");
  }

  @Test
  void theDatabaseOfTheCatalogIsNotShownAndNotToBeNamed() throws Exception {
    assertThat(session.rows("SELECT datname FROM pg_database")).containsExactly(List.of("memory"));
    assertThat(session.rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE '%whatif%'"))
        .isEmpty();
    assertThatThrownBy(() -> session.dialect().read("DROP VIEW whatif_postgres.pg.pg_class"))
        .isInstanceOf(Refused.class)
        .hasMessage("permission denied for database \"whatif_postgres\"");
    for (String attack :
        List.of(
            "DETACH \"WHATIF_postgres\"",
            "USE whatif_postgres.pg",
            "SET schema = 'nowhere' || 'whatif_postgres.pg'",
            "PRAGMA schema='whatif_postgres.pg'",
            "CREATE TABLE whatif_postgres.pg.x (a INTEGER)",
            "DELETE FROM pg_catalog.pg_policy")) {
      try {
        session.run(attack);
      } catch (Refused refused) {
        assertThat(refused.sqlState()).as(attack).isEqualTo("42501");
      }
      assertThat(session.value("SELECT current_schema()")).as(attack).isEqualTo("main");
    }
    assertThat(session.rewritten("SELECT 'whatif_postgres'")).isEqualTo("SELECT 'whatif_postgres'");
  }

  @Test
  void deepNestingAndLongChainsAreRead() throws Exception {
    int many = 20_000;
    String brackets = "SELECT oid FROM " + "(".repeat(many) + "pg_am" + ")".repeat(many);
    assertThat(session.rewritten(brackets)).contains("(whatif_postgres.pg.pg_am)");
    String casts = "SELECT oid" + "::regtype".repeat(many) + " FROM pg_am";
    assertThat(session.rewritten(casts)).endsWith("FROM whatif_postgres.pg.pg_am");
  }

  @Test
  void causalFunctionsAreListedWithTheirArguments() throws Exception {
    assertThat(
            session.rows(
                "SELECT proname, pg_get_function_result(oid), pg_get_function_arguments(oid) FROM pg_proc WHERE proname = 'cate_effect'"))
        .containsExactly(
            List.of("cate_effect", "double precision", "model text, VARIADIC features \"any\""));
    assertThat(
            session.value(
                "SELECT array_to_string(proargnames[1:3], ',') FROM pg_catalog.pg_proc WHERE proname = 'ate'"))
        .isEqualTo("relation,outcome,treatment");
    assertThat(
            session.value(
                "SELECT count(*) FROM information_schema.routines WHERE routine_name = 'cate_fit'"))
        .isEqualTo("1");
  }
}
