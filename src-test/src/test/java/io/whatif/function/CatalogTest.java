/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.Expected;
import io.whatif.planner.shell.Scripts;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every function is described in full, its example runs, and docs/functions.md tells of it. */
final class CatalogTest {
  /** Words that SQL parsers reserve beyond DuckDB's own, Calcite's among them. */
  private static final Set<String> RESERVED_ELSEWHERE =
      Set.of(
          "any",
          "current",
          "date",
          "end",
          "from",
          "grant",
          "group",
          "interval",
          "limit",
          "natural",
          "new",
          "offset",
          "on",
          "order",
          "partition",
          "row",
          "rows",
          "some",
          "table",
          "time",
          "timestamp",
          "to",
          "using",
          "values");

  static Stream<Named<FunctionDescriptor>> functions() {
    return Catalog.ALL.stream().map(function -> Named.of(function.name(), function));
  }

  static Stream<Named<String>> examples() {
    return Catalog.ALL.stream().map(function -> Named.of(function.name(), function.example()));
  }

  @Test
  void theReferencePageIsFresh() throws Exception {
    Expected.hold(
        Scripts.ROOT.resolve("docs/functions.md"),
        FunctionReference.markdown(Catalog.ALL),
        CatalogTest.class);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void everyFunctionIsDescribed(FunctionDescriptor function) {
    assertThat(function.text()).as("text").hasSizeGreaterThan(20).endsWith(".");
    assertThat(function.source()).as("source").isNotBlank();
    assertThat(function.example()).as("example").contains(function.name()).endsWith(";");
    assertThat(function.bodies()).as("bodies").isNotEmpty();
    assertThat(function.result())
        .as("result")
        .isNotEmpty()
        .allSatisfy(column -> assertThat(column.text()).isNotBlank());
    assertThat(function.arguments())
        .as("arguments")
        .allSatisfy(
            argument -> {
              assertThat(argument.text()).endsWith(".");
              assertThat(argument.required() && argument.fallback() != null).isFalse();
              if (argument.type() == Argument.Type.WORD) {
                assertThat(argument.choices()).isNotEmpty();
              }
            });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void namesAreTakenOnce(FunctionDescriptor function) {
    List<String> arguments = new ArrayList<>();
    for (Argument argument : function.arguments()) {
      arguments.add(argument.name());
      arguments.addAll(argument.aliases());
    }
    assertThat(arguments).doesNotHaveDuplicates();
    assertThat(function.result().stream().map(ResultColumn::name)).doesNotHaveDuplicates();
    assertThat(Catalog.ALL.stream().filter(f -> f.name().equals(function.name()))).hasSize(1);
  }

  @Test
  void noNameIsReserved() throws SQLException {
    Set<String> reserved = new HashSet<>(RESERVED_ELSEWHERE);
    try (Connection connection = Scripts.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'")) {
      while (rows.next()) {
        reserved.add(rows.getString(1).toLowerCase(Locale.ROOT));
      }
    }
    assertThat(reserved).hasSizeGreaterThan(70);
    for (FunctionDescriptor function : Catalog.ALL) {
      List<String> names = new ArrayList<>(List.of(function.name()));
      for (Argument argument : function.arguments()) {
        names.add(argument.name());
        names.addAll(argument.aliases());
      }
      function.result().forEach(column -> names.add(column.name()));
      assertThat(names)
          .as(function.name())
          .allMatch(name -> name.matches("[a-z][a-z0-9_]*"))
          .doesNotContainAnyElementsOf(reserved);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void everyExampleRuns(String example) throws SQLException {
    try (Connection connection = Scripts.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE nsw AS FROM 'sql-examples/nsw.csv'");
      if (!example.contains("cate_fit")) {
        statement.execute(
            """
            FROM cate_fit(TABLE nsw, model => 'training', outcome => 'earnings_1978',
                          treatment => 'treated', features => ['age', 'education'],
                          outcome_learner => 'ols', treatment_learner => 'logit', reps => 1)""");
      }
      try (ResultSet rows = statement.executeQuery(example)) {
        int columns = rows.getMetaData().getColumnCount();
        assertThat(rows.next()).as("a row").isTrue();
        int known = 0;
        for (int column = 1; column <= columns; column++) {
          known += rows.getObject(column) == null ? 0 : 1;
        }
        assertThat(known).as("values in the first row").isPositive();
      }
    }
  }
}
