/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static io.whatif.planner.jdbc.Sales.ROLES;
import static io.whatif.planner.jdbc.Sales.summary;
import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.duckdb.Whatif;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** partition_by in SQL: through the driver, and on a plain connection. */
class GroupedTest {
  @RegisterExtension final FreshDatabase db = new FreshDatabase(Sales.TABLE);

  @Test
  void keysComeFirstWithTheirOwnTypes() throws SQLException {
    String call = "FROM " + summary("partition_by => ['opened', 'region', 'store']");
    assertThat(db.columns(call).subList(0, 4))
        .containsExactly("opened DATE", "region VARCHAR", "store TINYINT", "outcome VARCHAR");
    assertThat(db.columns(call))
        .endsWith(
            "warnings STRUCT(code VARCHAR, severity VARCHAR, message VARCHAR)[]",
            "estimate_shrunk DOUBLE",
            "between_groups_p DOUBLE");
    assertThat(
            db.rows("SELECT opened, region, store FROM (" + call + ") WHERE term = 'age' LIMIT 3"))
        .containsExactly("2024-01-01|east|1", "2024-01-01|north|0", "2024-01-01|south|0");
  }

  /** A type is read from the store as text, of which no character may take of the stack. */
  @Test
  void aStoredModelsKeysKeepALongType() throws SQLException {
    db.run(
        "CREATE TYPE places AS ENUM (SELECT unnest(['north', 'east', 'it''s', repeat('x', 60000)]))");
    db.run(
        """
        SELECT * FROM cate_fit((SELECT * REPLACE (region::places AS region) FROM sales WHERE region IN ('north', 'east')),
          model => 'm', partition_by => 'region', reps => 1, %s)"""
            .formatted(ROLES));
    assertThat(db.column("SELECT typeof(region)[:13] FROM dml_summary('m') LIMIT 1"))
        .containsExactly("ENUM('north',");
  }

  @Test
  void aGroupHasTheFiguresOfItsRowsAlone() throws SQLException {
    String figures = "SELECT term, estimate, std_error, p_adjusted FROM ";
    assertThat(
            db.rows(
                figures
                    + summary("partition_by => 'region'")
                    + " WHERE region IS NULL AND estimate_shrunk IS NULL = (kind = 'test')"))
        .hasSize(4)
        .isEqualTo(
            db.rows(
                figures
                    + "dml_summary((FROM sales WHERE region IS NULL), "
                    + ROLES
                    + ", reps => 1, outcome_learner => 'linear', treatment_learner => 'linear')"));
  }

  @Test
  void partitionByMayFollowTheRelation() throws SQLException {
    List<String> named = db.rows("FROM " + summary("partition_by => ['region', 'store']"));
    for (String relation :
        List.of(
            "TABLE sales PARTITION BY region, store",
            "TABLE sales PARTITION BY (region, store)",
            "(FROM sales) PARTITION BY region, \"store\"",
            "(SELECT * FROM sales) partition by region, store",
            "sales PARTITION BY region, store")) {
      assertThat(db.rows("FROM dml_summary(" + relation + ", " + ROLES + ")"))
          .as(relation)
          .isEqualTo(named);
    }
  }

  @Test
  void partitionByIsGivenOnce() {
    db.refuses(
        "FROM dml_summary(TABLE sales PARTITION BY region, " + ROLES + ", partition_by => 'store')",
        "dml_summary: partition_by is given twice. Keep one.");
    db.refuses(
        "FROM dml_summary(TABLE sales PARTITION BY, " + ROLES + ")",
        "dml_summary: PARTITION BY takes names of columns. Write TABLE name PARTITION BY column.");
  }

  @Test
  void mistakesInKeysAreToldInOneLine() {
    db.refuses(
        "FROM " + summary("partition_by => 'regoin'"),
        "dml_summary: partition_by => 'regoin': the relation has no such column. Did you mean region?");
    db.refuses(
        "FROM propensity_trim(TABLE sales, treatment => 'coupon', controls => 'income', partition_by => 'regoin')",
        "propensity_trim: partition_by => 'regoin': the relation has no such column. Did you mean region?");
    db.refuses(
        "FROM " + summary("partition_by => 'COLUMNS(reg.*)'"),
        "dml_summary: partition_by => 'COLUMNS(reg.*)': takes names alone, for they name columns of the result. List them.");
    db.refuses(
        "FROM dml_summary((SELECT *, region AS n FROM sales), " + ROLES + ", partition_by => 'n')",
        "dml_summary: partition_by => 'n': the result has a column n already. Rename it with AS.");
    db.refuses(
        "FROM dml_summary((SELECT *, [1] AS l FROM sales), " + ROLES + ", partition_by => 'l')",
        "dml_summary: partition_by => 'l': is INTEGER[]. Cast it to VARCHAR.");
    db.refuses(
        "FROM dml_summary((SELECT *, 9007199254740993 + store AS k FROM sales), "
            + ROLES
            + ", partition_by => 'k')",
        "dml_summary: partition_by => 'k': has numbers of more digits than are read exactly, so that groups could mix. Cast it to VARCHAR.");
    db.refuses(
        "FROM dml_summary((SELECT *, if(store = 0, 'NaN', NULL)::DOUBLE AS k FROM sales), "
            + ROLES
            + ", partition_by => 'k')",
        "dml_summary: partition_by => 'k': DuckDB finds 2 groups and Whatif, which reads keys as doubles or texts, 1. Cast them to VARCHAR.");
  }

  @Test
  void aThinGroupGivesNullsAndItsReason() throws SQLException {
    db.run("INSERT INTO sales (region, coupon, spend) VALUES ('west', 1, 2)");
    String west =
        "SELECT region, estimate, verdict, warnings[1].code, warnings[1].severity, warnings[1].message FROM"
            + " cate_fit(TABLE sales, model => 'm', "
            + ROLES
            + ", partition_by => 'region') WHERE region = 'west'";
    assertThat(db.rows(west))
        .containsExactly(
            "west|null|do_not_use|group_refused|severe|1 of 1 rows have an outcome and a treatment."
                + " An estimate needs at least 2.");
    assertThat(db.rows("SELECT cate_effect('m', 'west', 1.0), cate_support('m', 'west', 1.0)"))
        .containsExactly("null|false");
    assertThat(
            db.rows(
                "SELECT propensity, weight, in_support FROM propensity_trim(TABLE sales, treatment =>"
                    + " 'coupon', controls => 'income', partition_by => 'region') WHERE region ="
                    + " 'west'"))
        .containsExactly("null|null|false");
  }

  @Test
  void trimmingPutsKeysFirstAndKeepsTheOtherColumns() throws SQLException {
    String call =
        "FROM propensity_trim(TABLE sales, treatment => 'coupon', controls => 'income', partition_by => ['store', 'region'])";
    assertThat(db.columns(call))
        .containsExactly(
            "store TINYINT",
            "region VARCHAR",
            "opened DATE",
            "age DOUBLE",
            "income DOUBLE",
            "coupon INTEGER",
            "spend DOUBLE",
            "propensity DOUBLE",
            "propensity_scaled DOUBLE",
            "weight DOUBLE",
            "weight_normalized DOUBLE",
            "in_support BOOLEAN");
    assertThat(db.rows("SELECT count(*), count(propensity) " + call)).containsExactly("800|800");
    assertThat(
            db.rows(
                "SELECT store, region, round(sum(weight_normalized)) = count(*) FILTER (in_support) "
                    + call
                    + " GROUP BY ALL ORDER BY ALL"))
        .allMatch(row -> row.endsWith("|true"))
        .hasSize(4);
  }

  @Test
  void otherFunctionsTakeGroupsToo() throws SQLException {
    assertThat(
            db.rows(
                "SELECT region, n, warnings FROM trim_summary(TABLE sales PARTITION BY region, treatment => 'coupon', controls => 'income')"))
        .containsExactly("east|200|null", "north|200|null", "south|200|null", "null|200|null");
    assertThat(
            db.rows(
                "SELECT region, covariate FROM balance(TABLE sales PARTITION BY region, treatment => 'coupon', controls => ['income', 'age']) LIMIT 3"))
        .containsExactly("east|age", "east|income", "north|age");
  }

  @Test
  void viewsAndPreparedStatementsDivideTheRowsOfTheDay() throws SQLException {
    db.run("CREATE VIEW v AS SELECT region, n FROM " + summary("partition_by => 'region'"));
    assertThat(db.rows("SELECT DISTINCT region, n FROM v ORDER BY ALL"))
        .containsExactly("east|200", "north|200", "south|200", "null|200");
    db.run("DELETE FROM sales WHERE region = 'east'");
    assertThat(db.rows("SELECT DISTINCT region FROM v ORDER BY ALL"))
        .containsExactly("north", "south", "null");
    try (PreparedStatement statement =
        db.connection()
            .prepareStatement(
                "SELECT region, n FROM dml_summary((FROM sales WHERE income < ?), "
                    + ROLES
                    + ", level => ?, partition_by => 'region') WHERE term = 'age'")) {
      for (double limit : new double[] {0.5, 2}) {
        statement.setDouble(1, limit);
        statement.setDouble(2, 0.9);
        try (ResultSet result = statement.executeQuery()) {
          List<String> found = Study.rows(result);
          assertThat(found).hasSize(3);
          assertThat(found.get(0).equals("north|200")).isEqualTo(limit > 1);
        }
      }
    }
  }

  @Test
  void onAPlainConnectionItIsTheSame(@TempDir Path folder) throws SQLException {
    List<String> expected = db.rows("FROM " + summary("partition_by => ['region', 'store']"));
    try (Connection plain = DriverManager.getConnection("jdbc:duckdb:" + folder.resolve("x.db"))) {
      Study.run(plain, Sales.TABLE);
      Whatif.register(plain);
      String natively = "'sales', " + ROLES + ", partition_by => ['region', 'store']";
      assertThat(Study.rows(plain, "FROM dml_summary(" + natively + ")")).isEqualTo(expected);
      String fit = "FROM cate_fit(" + natively + ", model => 'm'";
      List<String> fitted = Study.rows(plain, "SELECT region, store, estimate " + fit + ")");
      assertThat(fitted).hasSize(4);
      assertThat(
              Study.rows(plain, "SELECT region, store, estimate " + fit + ", if_exists => 'skip')"))
          .isEqualTo(fitted);
      assertThat(Study.rows(plain, "FROM dml_summary('m')")).isEqualTo(expected);
      assertThat(
              Study.rows(
                  plain,
                  "SELECT count(cate_effect('m', region, store, age)) FROM sales WHERE region IS"
                      + " NOT NULL"))
          .containsExactly("600");
    }
  }

  @Test
  void aGroupedCallStandsBesideOthersInOneStatement() throws SQLException {
    assertThat(
            db.rows(
                "SELECT a.region, a.estimate = s.estimate, b.estimate <> a.estimate FROM "
                    + summary("partition_by => 'region'")
                    + " a JOIN "
                    + summary("partition_by => ['region', 'store']")
                    + " s ON a.region IS NOT DISTINCT FROM s.region AND a.term = s.term, "
                    + summary("reps => 1")
                    + " b WHERE a.term = 'age' AND b.term = 'age' ORDER BY ALL"))
        .containsExactly("east|true|true", "north|true|true", "south|true|true", "null|true|true");
  }

  @Test
  void aGroupedResultCanBeTheRelationOfAnotherCall() throws SQLException {
    assertThat(
            db.rows(
                "SELECT count(*) FROM dml_summary((SELECT * EXCLUDE (in_support, propensity,"
                    + " propensity_scaled, weight, weight_normalized) FROM propensity_trim(TABLE sales"
                    + " PARTITION BY region, treatment => 'coupon', controls => 'income') WHERE"
                    + " in_support) PARTITION BY store, "
                    + ROLES
                    + ")"))
        .containsExactly("8");
  }
}
