/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.function.Catalog;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Calls that divide the rows differently, over one reading of them. */
class GroupedReadingTest {
  private static final String RELATION = "FROM sales";

  private static CausalCall call(String function, @Nullable Object partitionBy) {
    Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
    if (!function.equals("propensity_trim")) {
      arguments.put("outcome", "spend");
    }
    arguments.put("treatment", "coupon");
    arguments.put("controls", List.of("income"));
    arguments.put("partition_by", partitionBy);
    return new CausalCall(
        Catalog.find(function).orElseThrow(), RELATION, null, arguments, Map.of());
  }

  @Test
  void eachCallHasItsOwnGroups() throws Exception {
    Reading reading =
        Reading.of(call("dml_summary", "region"))
            .with(Reading.of(call("dml_summary", List.of("store", "region"))))
            .with(Reading.of(call("dml_summary", null)))
            .with(Reading.of(call("propensity_trim", "store")))
            .sharingFits();
    Lowering.Shared shared = Lowering.shared(reading, Scope.NATIVE, "_0");
    List<Long> counts = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      Whatif.register(connection);
      statement.execute(
          """
          CREATE TABLE sales AS SELECT i % 3 AS region, i % 2 AS store, hash(i) % 2 AS coupon,
            hash(10 * i + 2) / 1.9e19 AS income, coupon + hash(10 * i + 3) / 1.9e19 AS spend
          FROM range(600) t(i)""");
      String counted = "";
      for (String query : shared.calls()) {
        counted += (counted.isEmpty() ? "" : ", ") + "(SELECT count(*) FROM (" + query + "))";
      }
      try (ResultSet row =
          statement.executeQuery("WITH " + shared.commonTables() + " SELECT " + counted)) {
        row.next();
        for (int c = 1; c <= 4; c++) {
          counts.add(row.getLong(c));
        }
      }
    }
    assertThat(counts).containsExactly(3L, 6L, 1L, 600L);
  }
}
