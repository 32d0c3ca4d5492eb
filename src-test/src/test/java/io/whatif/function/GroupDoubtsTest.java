/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.RegionGroups.arguments;
import static io.whatif.function.RegionGroups.relation;
import static io.whatif.function.RegionGroups.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.data.RawTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** partition_by: groups that cannot be answered, and calls that cannot. */
final class GroupDoubtsTest {
  @Test
  void aGroupThatCannotBeAnsweredTellsWhy() {
    Relations relation = relation();
    double[] coupon = relation.column("coupon");
    double[] region = relation.column("region");
    for (int i = 0; i < coupon.length; i++) {
      coupon[i] = region[i] == 1 ? 0 : coupon[i];
    }
    Map<String, @Nullable Object> refused =
        relation.call("dml_summary", arguments("partition_by", "region")).get(0);
    assertThat(refused)
        .isEqualTo(
            Map.of(
                GroupRows.ROW,
                1L,
                "warnings",
                List.of(
                    Map.of(
                        "code",
                        "group_refused",
                        "severity",
                        "severe",
                        "message",
                        "treatment => 'coupon': column has only the value 0 in the usable rows. It must"
                            + " differ between rows."))));
    Map<String, @Nullable Object> fitting = arguments("partition_by", "region", "model", "m");
    List<Map<String, @Nullable Object>> rows = relation.call("cate_fit", fitting);
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).get("verdict")).isEqualTo("do_not_use");
    assertThat(rows.get(0).get("estimate")).isNull();
    assertThat(rows.get(1).get("estimate")).isInstanceOf(Double.class);
  }

  @Test
  void groupsOfOneTwoAndThreeRowsAreRefusedOneByOne() {
    Relations relation = relation();
    double[] group = new double[relation.rows()];
    for (int i = 0; i < group.length; i++) {
      group[i] = i < 1 ? 1 : i < 3 ? 2 : i < 6 ? 3 : i < 12 ? 4 : i < 32 ? 5 : 6;
    }
    relation.with("g", group);
    List<Map<String, @Nullable Object>> rows =
        relation.call("dml_summary", arguments("partition_by", "g"));
    assertThat(rows.get(0).get("estimate")).isNull();
    assertThat(rows.get(rows.size() - 1).get("estimate")).isNotNull();
    assertThat(rows.stream().map(row -> row.get(GroupRows.ROW)).distinct()).hasSize(6);
  }

  /** 400 groups of ten rows without any difference: p was 1e-7, and no verdict said why. */
  @Test
  void aGroupWithFewRowsInAnArmIsNotToBeUsed() {
    Relations relation = relation();
    double[] group = new double[relation.rows()];
    Arrays.setAll(group, i -> i < 16 ? 0 : 1);
    relation.with("g", group);
    List<Map<String, @Nullable Object>> rows =
        relation.call("cate_fit", arguments("partition_by", "g", "model", "m"));
    assertThat(rows).extracting(row -> row.get("verdict")).first().isEqualTo("do_not_use");
    assertThat(rows.get(0).get("estimate")).isInstanceOf(Double.class);
    assertThat(rows.get(1).get("verdict")).isNotEqualTo("do_not_use");
  }

  @Test
  void groupsThatAreAllTooThinAreRowsStill() {
    Relations relation = relation();
    double[] group = new double[relation.rows()];
    Arrays.setAll(group, i -> Math.floor(i / 4.0));
    relation.with("g", group);
    List<Map<String, @Nullable Object>> rows =
        relation.call("dml_summary", arguments("partition_by", "g"));
    assertThat(rows).hasSize(relation.rows() / 4);
    assertThat(rows).allMatch(row -> row.get("estimate") == null);
  }

  @Test
  void keysThatPlayAnotherPartAreRefused() {
    refused(
        "treatment => is the treatment",
        arguments("partition_by", "coupon"),
        "partition_by => 'coupon': is the treatment as well. Leave it out here.");
    refused(
        "outcome",
        arguments("partition_by", "spend"),
        "partition_by => 'spend': is the outcome as well. Leave it out here.");
    for (String role : List.of("id", "cluster", "fold")) {
      refused(
          role,
          arguments("partition_by", "store", role, "store"),
          "partition_by => 'store': is the " + role + " as well. Leave it out here.");
    }
    refused(
        "id beside a cluster",
        arguments("partition_by", "store", "id", "store", "cluster", "region"),
        "partition_by => 'store': is the id as well. Leave it out here.");
    refused(
        "control",
        arguments("partition_by", "income"),
        "controls => 'income': is in partition_by, so it is the same in a group. Leave it out here.");
    refused(
        "unknown",
        arguments("partition_by", "regoin"),
        "partition_by => 'regoin': the relation has no such column. Did you mean region?");
  }

  private static void refused(
      String what, Map<String, @Nullable Object> arguments, String message) {
    assertThatThrownBy(() -> relation().call("dml_summary", arguments))
        .as(what)
        .hasMessage(message);
  }

  @Test
  void whatIsWrongWithTheCallFailsIt() {
    Map<String, @Nullable Object> arguments = arguments("partition_by", "region");
    arguments.put("level", 2.0);
    refused("level", arguments, "level => 2: must lie between 0.5 and 1, such as 0.95.");
    refused(
        "control",
        arguments("partition_by", "region", "control", "maybe"),
        "control => 'maybe': the treatment 'coupon' has the values 0 and 1. Use one of them.");
  }

  @Test
  void aModelOfNoGroupIsRefused() {
    Relations relation = relation();
    Arrays.fill(relation.column("coupon"), 1);
    assertThatThrownBy(
            () -> relation.call("cate_fit", arguments("partition_by", "region", "model", "m")))
        .hasMessage(
            "partition_by => ['region']: no group can be fitted; the first: treatment => 'coupon':"
                + " column has only the value 1 in the usable rows. It must differ between rows.");
  }

  @Test
  void numbersThatAreNotReadExactlyAreRefusedAsKeys() {
    Relations relation = relation();
    double[] order = new double[relation.rows()];
    Arrays.setAll(order, i -> 0x1p53 + i);
    relation.with("order_id", order);
    RawTable table = relation.table();
    List<RawTable.RawColumn> columns = new ArrayList<>(table.columns());
    columns.set(6, new RawTable.RawColumn("order_id", "BIGINT", RawTable.Kind.NUMBER));
    RawTable typed = new RawTable(columns, table.tiles(), table.rows(), table.dictionaries(), -1);
    FunctionDescriptor function = Catalog.find("dml_summary").orElseThrow();
    assertThatThrownBy(
            () ->
                function
                    .body(Body.Summary.class)
                    .orElseThrow()
                    .answer(
                        Relations.run(1),
                        typed,
                        Arguments.of(function, arguments("partition_by", "order_id"))))
        .hasMessage(
            "partition_by => 'order_id': has numbers of more digits than are read exactly, so that"
                + " groups could mix. Cast it to VARCHAR.");
  }
}
