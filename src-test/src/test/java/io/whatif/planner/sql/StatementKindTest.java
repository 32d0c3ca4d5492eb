/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StatementKindTest {
  private static StatementKind kind(String sql) {
    return CausalStatement.of(sql).kind();
  }

  @ParameterizedTest
  @CsvSource({
    "EXPLAIN FROM t, true",
    "EXPLAIN ANALYZE FROM t, false",
    "'EXPLAIN (FORMAT JSON, ANALYZE) FROM t', false",
    "EXPLAIN (FORMAT JSON) FROM t, true"
  })
  void anAnalyzedPlanIsRun(String sql, boolean explained) {
    assertThat(kind(sql).isExplained()).isEqualTo(explained);
  }

  @Test
  void explainAndDescribeRunNothing() {
    assertThat(kind("EXPLAIN FROM cate_models()").isExplained()).isTrue();
    assertThat(kind("DESCRIBE FROM cate_models()").isExplained()).isTrue();
    assertThat(kind("EXPLAIN ANALYZE FROM cate_models()").isExplained()).isFalse();
    assertThat(kind("SELECT 1").isExplained()).isFalse();
  }

  @Test
  void viewsMacrosAndPreparedTextsAreDefinitions() {
    assertThat(kind("CREATE OR REPLACE TEMP VIEW v AS FROM t").isDefinition()).isTrue();
    assertThat(kind("CREATE MACRO m(a) AS a").isDefinition()).isTrue();
    assertThat(kind("PREPARE p AS FROM t").isDefinition()).isTrue();
    assertThat(kind("CREATE TABLE view AS FROM t").isDefinition()).isFalse();
  }

  @Test
  void onlyReadingStatementsAreQueries() {
    assertThat(kind("WITH a AS (FROM t) FROM a").isQuery()).isTrue();
    assertThat(kind("WITH a AS (FROM t) INSERT INTO b FROM a").isQuery()).isFalse();
    assertThat(kind("CREATE TABLE u AS FROM t").isQuery()).isFalse();
  }

  @Test
  void temporaryAndPreparedStatementsEndWithTheirConnection() {
    assertThat(kind("CREATE OR REPLACE VIEW v AS FROM t").outlivesConnection()).isTrue();
    assertThat(kind("CREATE MACRO m(a) AS a").outlivesConnection()).isTrue();
    assertThat(kind("CREATE OR REPLACE TEMP VIEW v AS FROM t").outlivesConnection()).isFalse();
    assertThat(kind("CREATE TEMPORARY MACRO m(a) AS a").outlivesConnection()).isFalse();
    assertThat(kind("PREPARE p AS FROM t").outlivesConnection()).isFalse();
  }
}
