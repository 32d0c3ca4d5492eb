/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static io.whatif.planner.jdbc.Sales.ROLES;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Models that are fitted by groups, and scored and reported by them. */
class GroupedModelTest {
  private static final String FIT =
      "cate_fit(TABLE sales, model => 'm', " + ROLES + ", partition_by => ['region', 'store'])";

  @RegisterExtension final FreshDatabase db = new FreshDatabase(Sales.TABLE);

  @Test
  void oneModelHoldsAllGroups() throws SQLException {
    assertThat(db.rows("SELECT region, store, features, n FROM " + FIT).get(0))
        .isEqualTo("east|1|[region, store, age]|200");
    assertThat(db.rows("SELECT features, n FROM cate_models()"))
        .containsExactly("[region, store, age]|800");
    assertThat(
            db.rows(
                """
                SELECT count(DISTINCT region), bool_and(abs(e - a) < 0.4) FROM (
                  SELECT region, cate_effect('m', region, store, age) AS e,
                    CASE region WHEN 'north' THEN 0 WHEN 'east' THEN 1 WHEN 'south' THEN 2 ELSE 3 END
                    + age AS a FROM sales)"""))
        .containsExactly("3|true");
    assertThat(
            db.rows(
                "SELECT cate_effect('m', 'west', 0, 1), cate_effect('m', 'north', 1, 1),"
                    + " cate_effect('m', NULL, 1, NULL), cate_stderr('m', NULL, 1, 0.5) < 1"))
        .containsExactly("null|null|null|true");
    db.refuses(
        "SELECT cate_effect('m', 'north', 1)",
        "cate_effect: model 'm' takes 3 features (region, store, age), the call passes 2. Add age.");
  }

  @Test
  void reportsOnAModelHaveItsKeysFirst() throws SQLException {
    db.rows("SELECT n FROM " + FIT);
    assertThat(db.columns("FROM dml_summary('m')").subList(0, 3))
        .containsExactly("region VARCHAR", "store TINYINT", "outcome VARCHAR");
    assertThat(db.rows("FROM dml_summary('m')"))
        .isEqualTo(
            db.rows(
                "FROM dml_summary(TABLE sales, "
                    + ROLES
                    + ", partition_by => ['region', 'store'])"));
    assertThat(
            db.rows(
                "SELECT DISTINCT region, store FROM dml_summary('m', level => 0.9) ORDER BY ALL"))
        .containsExactly("east|1", "north|0", "south|0", "null|1");
    assertThat(
            db.rows(
                "SELECT store, item, value FROM cate_explain('m') WHERE region = 'south' AND item = 'n'"))
        .containsExactly("0|n|200.0");
    assertThat(
            db.rows(
                "SELECT region, item FROM cate_explain('m') WHERE kind IN ('feature', 'control')"))
        .hasSize(8);
  }

  @Test
  void aStoredModelSparesTheFit() throws SQLException {
    String figures = "SELECT region, store, n, estimate, estimate_shrunk, between_groups_p FROM ";
    List<String> first = db.rows(figures + FIT);
    String again = FIT.replace("model =>", "if_exists => 'skip', model =>");
    assertThat(db.rows(figures + again)).isEqualTo(first);
    db.refuses("FROM " + FIT, "cate_fit: model => 'm'");
  }

  @Test
  void nothingIsFittedUntilRowsAreAsked() throws SQLException {
    db.rows("EXPLAIN SELECT * FROM " + FIT);
    db.rows("SELECT * FROM " + FIT + " LIMIT 0");
    assertThat(db.rows("SELECT count(*) FROM cate_models()")).containsExactly("0");
  }

  @Test
  void keysOfEveryTypeComeBackFromAModel() throws SQLException {
    for (String type :
        List.of(
            "BOOLEAN",
            "BIGINT",
            "DECIMAL(10,2)",
            "DOUBLE",
            "DATE",
            "TIMESTAMP",
            "TIMESTAMP WITH TIME ZONE",
            "ENUM('a', 'it''s')")) {
      String value =
          switch (type) {
            case "DATE" -> "DATE '1969-12-30' + store";
            case "TIMESTAMP", "TIMESTAMP WITH TIME ZONE" ->
                "TIMESTAMP '1969-12-30 01:02:03.456789' + INTERVAL (store) DAY";
            case "DECIMAL(10,2)", "DOUBLE" -> "store - 0.25";
            case "ENUM('a', 'it''s')" -> "if(store = 0, 'a', 'it''s')";
            default -> "store";
          };
      String relation = "(SELECT *, (" + value + ")::" + type + " AS k FROM sales)";
      db.run(
          "CREATE OR REPLACE TABLE fitted AS FROM cate_fit("
              + relation
              + ", if_exists => 'replace', model => 'm', "
              + ROLES
              + ", partition_by => 'k')");
      assertThat(db.rows("SELECT DISTINCT k, typeof(k) FROM dml_summary('m') ORDER BY ALL"))
          .as(type)
          .hasSize(2)
          .isEqualTo(db.rows("SELECT DISTINCT k, typeof(k) FROM fitted ORDER BY ALL"));
      assertThat(db.rows("SELECT count(cate_effect('m', k, age)) FROM " + relation))
          .as(type)
          .containsExactly("800");
    }
  }
}
