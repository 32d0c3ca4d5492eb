/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.Expected;
import io.whatif.function.EffectWriter;
import io.whatif.function.Figure;
import io.whatif.model.CateModel;
import io.whatif.model.LinearCate;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ModelSqlTest {
  private static final List<ExportedModels.Row> ROWS = ExportedModels.rows();

  private static Connection withRows() throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE t (i INT, x DOUBLE, n INTEGER, flag BOOLEAN, date DATE, region VARCHAR)");
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO t VALUES (?, ?, ?, ?, ?::DATE, ?)")) {
      for (int i = 0; i < ROWS.size(); i++) {
        ExportedModels.Row row = ROWS.get(i);
        insert.setObject(1, i);
        insert.setObject(2, row.x());
        insert.setObject(3, row.n());
        insert.setObject(4, row.flag());
        insert.setObject(5, row.date());
        insert.setObject(6, row.region());
        insert.addBatch();
      }
      insert.executeBatch();
    }
    return connection;
  }

  private static double[] values(Connection connection, String expression) throws SQLException {
    double[] values = new double[ROWS.size()];
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT " + expression + " AS v FROM t ORDER BY i")) {
      assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo("DOUBLE");
      for (int i = 0; rows.next(); i++) {
        double value = rows.getDouble(1);
        boolean isNull = rows.wasNull();
        assertThat(Double.isNaN(value) && !isNull).as("NaN must be NULL").isFalse();
        values[i] = isNull ? Double.NaN : value;
      }
    }
    return values;
  }

  @Test
  void duckDbComputesTheSameBitsAsTheScoringFunctions() throws SQLException {
    double[][] columns = ExportedModels.columns(ROWS);
    try (Connection connection = withRows()) {
      for (LinearCate model : ExportedModels.all()) {
        boolean centredText = model.basis().toString().contains("center=0.31");
        for (Figure figure : Figure.values()) {
          String sql = ModelSql.text(model, figure, "duckdb");
          double[] expected = ExportedModels.scored(model, figure, columns);
          double[] values = values(connection, sql);
          if (centredText) { // The terms of a text are added up beforehand: the last bit differs.
            assertThat(values)
                .as("%s: %s", figure, sql)
                .usingElementComparator(ModelSqlTest::relative)
                .containsExactly(expected);
          } else {
            assertThat(values).as("%s: %s", figure, sql).containsExactly(expected);
          }
        }
      }
    }
  }

  @Test
  void duckDbComputesEffectsByLearnersAndOfComposedTerms() throws SQLException {
    double[][] columns = ExportedModels.columns(ROWS);
    try (Connection connection = withRows()) {
      for (CateModel model : List.of(ExportedModels.learned(), ExportedModels.composed())) {
        for (Figure figure : Figure.values()) {
          double[] expected = ExportedModels.scored(model, figure, columns);
          String sql = ModelSql.text(model, figure, "duckdb");
          // Sums of many terms may be rounded elsewhere: 1e-12 is what is promised.
          assertThat(values(connection, sql))
              .as("%s: %s", figure, sql)
              .usingElementComparator(ModelSqlTest::relative)
              .containsExactly(expected);
        }
      }
    }
  }

  @Test
  void anEffectByLearnersIsNeverInlined() {
    List<String> arguments = List.of("x", "region");
    for (Figure figure : Figure.values()) {
      assertThat(ModelSql.duckdb(ExportedModels.smallLearned(), figure, arguments)).isEmpty();
    }
    assertThat(
            ModelSql.duckdb(
                ExportedModels.composed(),
                Figure.EFFECT,
                List.of("x", "n", "flag", "date", "region")))
        .isEmpty();
  }

  /** Equal up to a relative 1e-12; NaN equals itself. */
  static int relative(double left, double right) {
    boolean close = Math.abs(left - right) <= 1e-12 * Math.abs(right);
    return close ? 0 : Double.compare(left, right);
  }

  @ParameterizedTest
  @EnumSource(TargetDialect.class)
  void eachDialectWritesWhatWasRead(TargetDialect dialect) throws IOException {
    StringBuilder page = new StringBuilder("-- SPDX-License-Identifier: Apache-2.0\n");
    for (Figure figure : List.of(Figure.EFFECT, Figure.LOWER)) {
      for (LinearCate model : List.of(ExportedModels.small(), ExportedModels.imputed())) {
        if (figure == Figure.EFFECT || model.basis().size() < 5) {
          String sql = ModelSql.text(model, figure, dialect.word());
          page.append("SELECT ").append(sql).append(" AS ").append(figure.word());
          page.append(" FROM t;\n");
        }
      }
    }
    page.append("SELECT ")
        .append(ModelSql.text(ExportedModels.smallLearned(), Figure.EFFECT, dialect.word()))
        .append(" AS effect FROM t;\n");
    Path file = Path.of("src/test/resources/cate_sql/" + dialect.word() + ".sql");
    Expected.hold(file, page.toString(), ModelSqlTest.class);
  }

  @Test
  void theArgumentNamesEveryDialect() {
    assertThat(EffectWriter.DIALECTS).isEqualTo(TargetDialect.words());
  }

  @Test
  void everyDoubleIsReadAsItWasWritten() throws SQLException {
    double[] hard = {
      0.1,
      -1.0 / 3,
      4.9e-324,
      2.2250738585072014e-308,
      1.7976931348623157e308,
      123456789.12345679,
      1e22,
      8.5e21
    };
    for (double number : hard) {
      LinearCate model = ExportedModels.intercept(number);
      try (Connection connection = withRows()) {
        String sql = ModelSql.text(model, Figure.EFFECT, "duckdb");
        assertThat(values(connection, sql)[0]).as(sql).isEqualTo(number);
      }
    }
  }

  @Test
  void argumentsStandInTheTextAsTheyAre() {
    List<String> arguments = List.of("t.x", "n + 1", "flag", "\"d\"", "lower(region)");
    assertThat(ModelSql.duckdb(ExportedModels.plain(), Figure.EFFECT, arguments))
        .hasValueSatisfying(
            sql ->
                assertThat(sql)
                    .startsWith("(NULLIF(")
                    .contains("CAST(t.x AS DOUBLE)", "CAST((n + 1) AS DOUBLE)", "(lower(region))"));
  }

  @Test
  void argumentsThatGiveAnotherValueEachTimeAreNotRepeated() {
    for (String argument :
        List.of(
            "random()",
            "\"random\"()",
            "nextval('s')",
            "(SELECT max(x) FROM u)",
            "x -- here\n",
            "E'\\'' || random() || E'\\''",
            "e'\\\\' || random() || '-'",
            "$$'$$ || random() || $$'$$",
            "main.f(x)",
            "f\u2122(x)",
            "main.abs(x)",
            "(TABLE u)",
            "abs(x) /* here",
            "sum(x) OVER ()")) {
      assertThat(
              ModelSql.duckdb(
                  ExportedModels.plain(),
                  Figure.EFFECT,
                  List.of(argument, "n", "flag", "date", "region")))
          .as(argument)
          .isEmpty();
    }
  }

  @Test
  void textsAreReadAsDuckDbDoes() {
    for (String text :
        List.of("E'\\' f('", "$a$ f(' $a$", "'a f('' ' || \"f(\"", "\"from\" || '-- /*'")) {
      assertThat(
              ModelSql.duckdb(
                  ExportedModels.plain(),
                  Figure.EFFECT,
                  List.of("x", "n", "flag", "date", "lower(" + text + ")")))
          .hasValueSatisfying(sql -> assertThat(sql).contains("(lower(" + text + "))"));
    }
  }

  @Test
  void largeStandardErrorsStayCalls() {
    List<String> arguments = List.of("x", "n", "flag", "date", "region");
    assertThat(ModelSql.duckdb(ExportedModels.plain(), Figure.STDERR, arguments)).isPresent();
    assertThat(ModelSql.duckdb(ExportedModels.imputed(), Figure.STDERR, arguments)).isEmpty();
  }
}
