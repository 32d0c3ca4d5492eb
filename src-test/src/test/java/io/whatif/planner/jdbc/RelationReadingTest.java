/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How ids, texts and names of a relation are read. */
final class RelationReadingTest {
  private static final String LEARNERS =
      "reps => 1, outcome_learner => 'ols', treatment_learner => 'logit'";
  private static final String ROLES =
      "outcome => 'y', treatment => 'd', controls => ['a', 'b'], " + LEARNERS;

  private final Refusals db = Refusals.withStudy();

  RelationReadingTest() throws SQLException {}

  @AfterEach
  void close() throws SQLException {
    assertThat(db.openSessions()).isZero();
    db.close();
  }

  private List<@Nullable Object> summary(String relation, String more) throws SQLException {
    return Study.column(
        db.connection,
        "SELECT (estimate, std_error, n)::VARCHAR FROM dml_summary((%s), %s%s)"
            .formatted(relation, ROLES, more));
  }

  @Test
  void idsBeyondTheDoublesStayApart() throws SQLException {
    String relation = "SELECT * REPLACE (9007199254740993 + id AS id) FROM study";
    String twice = relation + " UNION ALL BY NAME " + relation;
    assertThat(summary(relation, ", id => 'id'").get(0).toString()).doesNotContain("NULL");
    // Each id once: no clusters, so the errors are those of single rows, as with small ids.
    assertThat(clusters(relation)).isFalse();
    assertThat(clusters(twice)).isTrue();
  }

  /**
   * 16 blocks of rows are read side by side; the last of the first 16 has no usable row, and the
   * third arm begins behind it.
   */
  @Test
  void armsBehindRowsWithoutAnOutcomeAreRead() throws SQLException {
    String relation =
        """
        SELECT i AS id, if(i BETWEEN 61440 AND 65535, NULL, b + v + sin(i * 7.3)) AS y, v AS d, a, b
        FROM (SELECT i, sin(i * 1.7) AS a, cos(i * 2.3) AS b,
                if(i BETWEEN 65536 AND 69000, 2, (sin(i * 5.1) > 0)::INT) AS v
              FROM range(122880) t(i))""";
    Study.run(db.connection, "CREATE TABLE arms AS " + relation);
    for (int threads : new int[] {1, 2, 4}) {
      Study.run(db.connection, "SET threads = " + threads);
      assertThat(
              Study.column(
                  db.connection,
                  "SELECT DISTINCT contrast FROM dml_summary(TABLE arms, "
                      + ROLES
                      + ", treatment_type => 'arms') ORDER BY 1"))
          .isEqualTo(List.of("0 -> 1", "0 -> 2"));
    }
  }

  /** Whether rows of one id are found. */
  private boolean clusters(String relation) throws SQLException {
    List<@Nullable Object> withId = summary(relation + " ORDER BY id", ", id => 'id', seed => 1");
    List<@Nullable Object> single =
        summary(
            "SELECT * REPLACE (row_number() OVER (ORDER BY id, y) + 9007199254740992 AS id) FROM ("
                + relation
                + ")",
            ", id => 'id', seed => 1");
    return !withId.equals(single);
  }

  @Test
  void idsOfAnyTypeAreRead() throws SQLException {
    for (String type :
        List.of(
            "md5(id::VARCHAR)::UUID", "id::HUGEINT", "[id]", "id::UBIGINT << 40", "id::DOUBLE")) {
      assertThat(summary("SELECT * REPLACE (" + type + " AS id) FROM study", ", id => 'ID'"))
          .as(type)
          .hasSize(1)
          .allSatisfy(row -> assertThat(String.valueOf(row)).endsWith(", 400)"));
    }
  }

  @Test
  void aWholeIdGivesTheSameWhateverItsType() throws SQLException {
    List<@Nullable Object> expected = summary("FROM study", ", id => 'id'");
    for (String type : List.of("SMALLINT", "INTEGER", "UBIGINT", "UINTEGER", "DOUBLE")) {
      assertThat(summary("SELECT * REPLACE (id::" + type + " AS id) FROM study", ", id => 'id'"))
          .as(type)
          .isEqualTo(expected);
    }
  }

  @Test
  void anyNumberOfTextIdsIsReadAndNullsAreLeftOut() throws SQLException {
    String relation =
        "SELECT a, b, d, y, CASE WHEN k < 299999 THEN 'row ' || k END AS id FROM (SELECT study.*,"
            + " id * 750 + j AS k FROM study, range(750) r(j))";
    assertThat(String.valueOf(summary(relation, ", id => 'id'").get(0))).endsWith(", 299999)");
  }

  @Test
  void anIdThatIsMissingIsTold() throws SQLException {
    db.refuse(
        "FROM dml_summary(study, " + ROLES + ", id => 'idd')",
        "dml_summary: id => 'idd': the relation has no such column. Did you mean id?");
  }

  @Test
  void textsOfOneColumnDoNotCrowdOutAnother() throws SQLException {
    String many =
        "(SELECT study.*, 'c' || (id * 750 + j) AS c, CASE WHEN j % 2 = 0 THEN 'n' ELSE 's' END AS"
            + " region FROM study, range(750) r(j))";
    String call =
        "FROM dml_summary(%s, outcome => 'y', treatment => 'd', %s, id => 'id'"
            .formatted(many, LEARNERS);
    assertThat(Study.column(db.connection, "SELECT n " + call + ", exclude => ['c'])"))
        .containsExactly(300_000L);
    db.refuse(
        call + ")",
        "dml_summary: controls => 'c': has too many different texts to read. Group them into fewer, or leave it out with exclude => ['c'].");
    db.refuse(
        "FROM dml_summary(%s, outcome => 'y', treatment => 'c', controls => ['a'], %s, id => 'id')"
            .formatted(many, LEARNERS),
        "dml_summary: treatment => 'c': has too many different texts to read. Group them into fewer, or leave it out.");
  }

  @Test
  void theTestOfLinearityIsTheSameForAnyThreads() throws SQLException {
    db.run(
        "CREATE TABLE dose AS SELECT i AS id, sin(i * 1.7) AS a, cos(i * 2.3) AS b, sin(i * 5.1) +"
            + " 1e3 / (1 + i % 977) AS d, sin(i * 7.3) + a + b AS y FROM range(200000) t(i)");
    String sql =
        "SELECT linearity_p FROM cate_fit(dose, model => 'm', if_exists => 'replace', features => ['a'], "
            + ROLES.replace("'logit'", "'ols'")
            + ", id => 'id')";
    db.run("SET threads = 1");
    Object one = Study.value(db.connection, sql);
    assertThat(one).isNotNull();
    for (int threads : new int[] {2, 4}) {
      db.run("SET threads = " + threads);
      assertThat(Study.value(db.connection, sql)).isEqualTo(one);
    }
    db.run("SET preserve_insertion_order = false");
    assertThat(Study.value(db.connection, sql.replace("(dose,", "((FROM dose ORDER BY hash(id)),")))
        .isEqualTo(one);
  }

  @Test
  void digitsDoNotFollowTheLocale() throws SQLException {
    List<@Nullable Object> expected = summary("FROM study", ", id => 'id'");
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(summary("FROM study", ", id => 'id'")).isEqualTo(expected);
      db.run(
          "CREATE TABLE texts AS SELECT *, CASE WHEN id % 3 = 0 THEN 'x' ELSE 'z' END AS g FROM study");
      db.run(
          "CREATE TABLE fitted AS FROM cate_fit(texts, model => 'm', outcome => 'y', treatment => 'd', features => ['g', 'a'], controls => ['b'], "
              + LEARNERS
              + ")");
      assertThat(
              Study.value(
                  db.connection, "SELECT count(cate_effect('m', g, a)) FROM texts WHERE id > 9"))
          .isEqualTo(390L);
      assertThat(
              Study.value(
                  db.connection,
                  "SELECT count(propensity) FROM propensity_trim(study, treatment => 'd', controls => ['a', 'b'], treatment_learner => 'logit')"))
          .isEqualTo(400L);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aNameThatTwoColumnsHaveIsRefusedWhereItIsRead() throws SQLException {
    db.refuse(
        "FROM dml_summary((SELECT *, 1 AS a FROM study), " + ROLES + ")",
        "dml_summary: controls => 'a': the relation has two columns of that name. Rename one with AS.");
    db.refuse(
        "FROM dml_summary((SELECT *, 1 AS A FROM study), outcome => 'y', treatment => 'd', "
            + LEARNERS
            + ")",
        "dml_summary: column 'A': the relation has two columns of that name. Rename one with AS.");
    assertThat(summary("SELECT *, 1 AS id FROM study", "")).isEqualTo(summary("FROM study", ""));
  }

  @Test
  void aRelationThatRefersToTheOuterQueryIsRefusedInOneLine() throws SQLException {
    db.refuse(
        "SELECT (SELECT estimate FROM dml_summary((SELECT * FROM study WHERE a < o.x), "
            + ROLES
            + ")) FROM (VALUES (0.5), (0.7)) o(x)",
        "dml_summary: the relation, or the query around the call, refers to columns of the outer query, and is read once, not for each outer row. Put the call into WITH name AS (...) before that query, or filter by a value written out.");
  }

  @Test
  void aColumnNamedAsOursIsRefused() throws SQLException {
    db.refuse(
        "FROM dml_summary((SELECT *, 1 AS \"whatif row\" FROM study), " + ROLES + ")",
        "dml_summary: the relation has a column \"whatif row\", and names that begin so are ours. Rename it with AS.");
  }

  @Test
  void hiddenFunctionsTellWhatIsWrong() throws SQLException {
    db.refuse(
        "SELECT whatif_push(99, 1.0)",
        "whatif: no statement 99 is running. Call a causal function instead.");
  }
}
