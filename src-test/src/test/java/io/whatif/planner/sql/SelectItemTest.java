/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How items of SELECT lists that hold calls are named. */
final class SelectItemTest {
  private static String named(String sql) {
    return CausalStatement.of(sql)
        .write(
            calls ->
                new CausalStatement.Replacement(
                    Collections.nCopies(calls.size(), "{m[a]}"), Map.of(), true));
  }

  // ---- names of items ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SELECT cate_effect('m', a) + 1 FROM t | SELECT {m[a]} + 1 AS \"cate_effect('m', a) + 1\" FROM t",
        "SELECT x, round(cate_effect('m', a), 2), y | SELECT x, round({m[a]}, 2) AS \"round(cate_effect('m', a), 2)\", y",
        "SELECT 1 + cate_effect('m', a) AS e FROM t | SELECT 1 + {m[a]} AS e FROM t",
        "SELECT -cate_effect('m', a) e FROM t | SELECT -{m[a]} e FROM t",
        "SELECT (cate_effect('m', a)) e FROM t | SELECT ({m[a]}) e FROM t",
        "SELECT e: cate_effect('m', a) + 1 FROM t | SELECT e: {m[a]} + 1 FROM t",
        "SELECT CASE WHEN cate_effect('m', a) > 0 THEN 1 END FROM t | SELECT CASE WHEN {m[a]} > 0 THEN 1 END AS \"CASE WHEN cate_effect('m', a) > 0 THEN 1 END\" FROM t",
        "SELECT cate_effect('m', a) IS DISTINCT FROM cate_lower('m', a), 1 | SELECT {m[a]} IS DISTINCT FROM {m[a]} AS \"cate_effect('m', a) IS DISTINCT FROM cate_lower('m', a)\", 1",
        "SELECT greatest(0, cate_effect('m', a)) FROM t | SELECT greatest(0, {m[a]}) AS \"greatest(0, cate_effect('m', a))\" FROM t",
        "SELECT cate_effect('m', a) - cate_lower('m', a) FROM t | SELECT {m[a]} - {m[a]} AS \"cate_effect('m', a) - cate_lower('m', a)\" FROM t",
        "SELECT x FROM t WHERE cate_effect('m', a) + 1 > 0 | SELECT x FROM t WHERE {m[a]} + 1 > 0",
        "SELECT x FROM t ORDER BY cate_effect('m', a) + 1 | SELECT x FROM t ORDER BY {m[a]} + 1",
        "SELECT * REPLACE (cate_effect('m', a) AS b) FROM t | SELECT * REPLACE ({m[a]} AS b) FROM t",
        "SELECT t.* REPLACE (cate_effect('m', a) + 1 AS b), a * cate_effect('m', a) FROM t | SELECT t.* REPLACE ({m[a]} + 1 AS b), a * {m[a]} AS \"a * cate_effect('m', a)\" FROM t",
        "SELECT COLUMNS(lambda c: c = 'x') + cate_effect('m', a) FROM t | SELECT COLUMNS(lambda c: c = 'x') + {m[a]} FROM t",
        "SELECT cate_effect('m', t.*) * 2 FROM t | SELECT {m[a]} * 2 AS \"cate_effect('m', t.*) * 2\" FROM t",
        "UPDATE t SET x = cate_effect('m', a) + 1, y = 2 | UPDATE t SET x = {m[a]} + 1, y = 2"
      })
  void anItemWithAScoreIsNamedByItsOwnText(String sql, String expected) {
    assertThat(named(sql)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SELECT (SELECT estimate FROM dml_summary('m') LIMIT 1) | SELECT (SELECT estimate FROM {m[a]} AS dml_summary LIMIT 1) AS \"(SELECT estimate FROM dml_summary('m') LIMIT 1)\"",
        "SELECT 1, (FROM dml_summary('m')) + 1 AS e | SELECT 1, (FROM {m[a]} AS dml_summary) + 1 AS e",
        "SELECT (SELECT (SELECT n FROM dml_summary('m')) AS a) + 1 | SELECT (SELECT (SELECT n FROM {m[a]} AS dml_summary) AS a) + 1 AS \"(SELECT (SELECT n FROM dml_summary('m')) AS a) + 1\"",
        "SELECT (SELECT cate_effect('m', a) FROM t) | SELECT (SELECT {m[a]} AS cate_effect FROM t) AS \"(SELECT cate_effect('m', a) FROM t)\"",
        "SELECT (SELECT max(n) FROM (SELECT n FROM dml_summary('m'))) AS k | SELECT (SELECT max(n) FROM (SELECT n FROM {m[a]} AS dml_summary)) AS k",
        "SELECT (FROM dml_summary('m')) OFFSET 0 | SELECT (FROM {m[a]} AS dml_summary) AS \"(FROM dml_summary('m'))\" OFFSET 0",
        "SELECT (FROM dml_summary('m')) USING SAMPLE 100% | SELECT (FROM {m[a]} AS dml_summary) AS \"(FROM dml_summary('m'))\" USING SAMPLE 100%",
        "INSERT INTO z SELECT (FROM dml_summary('m')) ON CONFLICT DO NOTHING | INSERT INTO z SELECT (FROM {m[a]} AS dml_summary) AS \"(FROM dml_summary('m'))\" ON CONFLICT DO NOTHING",
        "INSERT INTO z SELECT (FROM dml_summary('m')) RETURNING a | INSERT INTO z SELECT (FROM {m[a]} AS dml_summary) AS \"(FROM dml_summary('m'))\" RETURNING a",
        "CREATE TABLE k AS SELECT (FROM dml_summary('m')) WITH NO DATA | CREATE TABLE k AS SELECT (FROM {m[a]} AS dml_summary) AS \"(FROM dml_summary('m'))\" WITH NO DATA",
        "SELECT (FROM dml_summary('m'))::TIMESTAMP WITH TIME ZONE kk | SELECT (FROM {m[a]} AS dml_summary)::TIMESTAMP WITH TIME ZONE kk",
        "SELECT (FROM dml_summary('m'))::BIGINT kk | SELECT (FROM {m[a]} AS dml_summary)::BIGINT kk",
        "SELECT (FROM dml_summary('m')) + x kk FROM t | SELECT (FROM {m[a]} AS dml_summary) + x kk FROM t",
        "SELECT cate_effect('m', a) + x kk FROM t | SELECT {m[a]} + x kk FROM t",
        "SELECT (FROM dml_summary('m')) > 1 AND x FROM t | SELECT (FROM {m[a]} AS dml_summary) > 1 AND x AS \"(FROM dml_summary('m')) > 1 AND x\" FROM t",
        "SELECT (FROM dml_summary('m')) IS DISTINCT FROM x FROM t | SELECT (FROM {m[a]} AS dml_summary) IS DISTINCT FROM x AS \"(FROM dml_summary('m')) IS DISTINCT FROM x\" FROM t",
        "SELECT DISTINCT ON (x) x, (FROM dml_summary('m')) + 1 FROM t | SELECT DISTINCT ON (x) x, (FROM {m[a]} AS dml_summary) + 1 AS \"(FROM dml_summary('m')) + 1\" FROM t",
        "SELECT x FROM (SELECT 1 AS x FROM dml_summary('m')) | SELECT x FROM (SELECT 1 AS x FROM {m[a]} AS dml_summary)",
        "SELECT x FROM t WHERE y IN (SELECT n FROM dml_summary('m')) | SELECT x FROM t WHERE y IN (SELECT n FROM {m[a]} AS dml_summary)",
        "SELECT estimate FROM dml_summary('m') | SELECT estimate FROM {m[a]} AS dml_summary"
      })
  void anItemWithACallInASubqueryIsNamedByItsOwnText(String sql, String expected) {
    assertThat(named(sql)).isEqualTo(expected);
  }
}
