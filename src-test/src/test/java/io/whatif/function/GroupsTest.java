/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.RegionGroups.arguments;
import static io.whatif.function.RegionGroups.column;
import static io.whatif.function.RegionGroups.relation;
import static io.whatif.function.RegionGroups.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.data.RawTable;
import io.whatif.inference.Estimate;
import io.whatif.math.Mix;
import io.whatif.model.CateModel;
import io.whatif.model.ModelCodec;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** partition_by: each group as if it were alone. */
final class GroupsTest {
  private static Map<String, @Nullable Object> alone() {
    Map<String, @Nullable Object> arguments =
        arguments("outcome_learner", "linear", "treatment_learner", "linear");
    arguments.put("reps", 1L);
    return arguments;
  }

  /** The rows without what a group has more. */
  private static List<Map<String, @Nullable Object>> plain(
      List<Map<String, @Nullable Object>> rows) {
    List<Map<String, @Nullable Object>> plain = new ArrayList<>();
    for (Map<String, @Nullable Object> row : rows) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>(row);
      List.of("estimate_shrunk", "between_groups_p", GroupRows.ROW).forEach(copy::remove);
      plain.add(copy);
    }
    return plain;
  }

  @Test
  void aGroupIsAnsweredAsIfItWereAloneToTheLastBit() {
    Relations relation = relation();
    List<Map<String, @Nullable Object>> all =
        plain(relation.call("dml_summary", arguments("partition_by", "region")));
    List<Map<String, @Nullable Object>> expected = new ArrayList<>();
    for (double code : new double[] {1, 0, 2, Double.NaN}) { // east, north, south, NULL
      expected.addAll(relation.where(rows(relation, "region", code)).call("dml_summary", alone()));
    }
    assertThat(all).hasSize(4 * 4).isEqualTo(expected);
  }

  @Test
  void groupsAreNumberedByTheirFirstRow() {
    List<Map<String, @Nullable Object>> rows =
        relation().call("trim_summary", trimming("partition_by", "region"));
    assertThat(rows).extracting(row -> row.get(GroupRows.ROW)).containsExactly(1L, 0L, 2L, 3L);
  }

  private static Map<String, @Nullable Object> trimming(String... more) {
    Map<String, @Nullable Object> arguments = arguments(more);
    arguments.remove("outcome");
    arguments.remove("features");
    return arguments;
  }

  @Test
  void severalKeysMakeAGroupOfEachPairThatOccurs() {
    Map<String, @Nullable Object> arguments = arguments();
    arguments.put("partition_by", List.of("store", "region"));
    List<Map<String, @Nullable Object>> rows = relation().call("dml_summary", arguments);
    assertThat(rows.stream().map(row -> row.get(GroupRows.ROW)).distinct())
        .containsExactly(1L, 0L, 2L, 3L, 5L, 4L, 6L, 7L);
  }

  @Test
  void theOrderOfRowsDoesNotMatter() {
    Relations relation = relation();
    int n = relation.rows();
    Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingLong(i -> Mix.mix(9, i)));
    Relations shuffled = new Relations();
    String[] regions = {"north", "east", "south"};
    double[] codes = relation.column("region");
    shuffled.withText(
        "region",
        Arrays.stream(order)
            .map(i -> Double.isNaN(codes[i]) ? null : regions[(int) codes[i]])
            .toArray(String[]::new));
    for (String name : List.of("store", "age", "income", "coupon", "spend")) {
      double[] values = relation.column(name);
      shuffled.with(name, Arrays.stream(order).mapToDouble(i -> values[i]).toArray());
    }
    Map<String, @Nullable Object> arguments = arguments("partition_by", "region");
    assertThat(plain(shuffled.call("dml_summary", arguments)))
        .isEqualTo(plain(relation.call("dml_summary", arguments)));
  }

  @Test
  void theNumberOfThreadsDoesNotMatter() {
    FunctionDescriptor function = Catalog.find("dml_summary").orElseThrow();
    Arguments arguments = Arguments.of(function, arguments("partition_by", "region"));
    Body.Summary body = function.body(Body.Summary.class).orElseThrow();
    assertThat(body.answer(Relations.run(4), relation().table(), arguments).rows())
        .isEqualTo(body.answer(Relations.run(1), relation().table(), arguments).rows());
  }

  @Test
  void trimmingWorksWithinEachGroup() {
    Relations relation = relation();
    double[] coupon = relation.column("coupon");
    double[] region = relation.column("region");
    for (int i = 0; i < coupon.length; i++) {
      coupon[i] = region[i] == 1 ? 0 : coupon[i];
    }
    Map<String, double[]> all = trim(relation, trimming("partition_by", "region"));
    boolean[] north = rows(relation, "region", 0);
    Map<String, @Nullable Object> alone = trimming("treatment_learner", "linear");
    Map<String, double[]> one = trim(relation.where(north), alone);
    all.forEach(
        (name, values) ->
            assertThat(
                    IntStream.range(0, values.length)
                        .filter(i -> north[i])
                        .mapToDouble(i -> values[i])
                        .toArray())
                .as(name)
                .isEqualTo(one.get(name)));
    for (int i = 0; i < coupon.length; i++) {
      if (region[i] == 1) {
        assertThat(column(all, "propensity")[i]).isNaN();
        assertThat(column(all, "weight")[i]).isNaN();
        assertThat(column(all, "in_support")[i]).isZero();
      }
    }
  }

  private static Map<String, double[]> trim(
      Relations relation, Map<String, @Nullable Object> arguments) {
    double[] numbers = new double[relation.rows()];
    Arrays.setAll(numbers, i -> i + 1);
    RawTable table = relation.with("whatif row", numbers).table();
    RawTable numbered =
        new RawTable(
            table.columns().subList(0, table.columns().size() - 1),
            table.tiles(),
            table.rows(),
            table.dictionaries().subList(0, table.columns().size() - 1),
            table.columns().size() - 1);
    FunctionDescriptor function = Catalog.find("propensity_trim").orElseThrow();
    return function
        .body(Body.RowWise.class)
        .orElseThrow()
        .columns(
            Relations.run(2),
            numbered,
            Arguments.of(function, arguments),
            java.util.Set.of("propensity", "weight", "in_support"));
  }

  @Test
  void aModelScoresEachGroupByItsOwnFit() {
    Relations relation = relation();
    StoredModel stored = relation.fit(arguments("partition_by", "region", "model", "m"));
    CateModel model = ModelCodec.decode("m", ModelCodec.encode(stored)).model();
    assertThat(model.features()).extracting(f -> f.name()).containsExactly("region", "age");
    assertThat(model.features().get(0).categories()).containsExactly("east", "north", "south");
    Map<String, @Nullable Object> alone = alone();
    alone.put("model", "n");
    double[][] rows = {{0, 1, 1, 2, Double.NaN, 3}, {0, 0, 1, 0, 0.5, 0}};
    double[] effect = new double[6];
    model.effect(rows, 6, effect);
    double[] error = new double[6];
    model.standardError(rows, 6, error);
    double[] codes = {1, 0, 0, 2, Double.NaN};
    for (int i = 0; i < codes.length; i++) {
      CateModel one = relation.where(rows(relation, "region", codes[i])).fit(alone).model();
      double[] expected = new double[1];
      one.effect(new double[][] {{rows[1][i]}}, 1, expected);
      assertThat(effect[i]).isEqualTo(expected[0]);
      one.standardError(new double[][] {{rows[1][i]}}, 1, expected);
      assertThat(error[i]).isEqualTo(expected[0]);
    }
    assertThat(effect[5]).isNaN();
    double[] support = new double[6];
    model.support(rows, 6, support);
    assertThat(support).containsExactly(1, 1, 1, 1, 1, 0);
  }

  @Test
  void textFeaturesOfWhichGroupsHaveSomeKeepTheirMeaning() {
    Relations relation = relation();
    double[] region = relation.column("region");
    String[] size = new String[relation.rows()];
    for (int i = 0; i < size.length; i++) {
      size[i] = (region[i] == 0 ? List.of("s", "m") : List.of("l", "m")).get(i / 4 % 2);
    }
    relation.withText("size", size);
    Map<String, @Nullable Object> arguments = arguments("partition_by", "region", "model", "m");
    arguments.put("features", List.of("size"));
    CateModel model = relation.fit(arguments).model();
    assertThat(model.features().get(1).categories()).containsExactly("l", "m", "s");
    double[] effect = new double[4];
    model.effect(new double[][] {{1, 1, 1, 0}, {0, 1, 2, 0}}, 4, effect);
    assertThat(effect[0]).isNaN(); // no l in the north
    assertThat(effect[1]).isFinite().isNotEqualTo(effect[2]);
    assertThat(effect[3]).isFinite();
  }

  @Test
  void holmStaysWithinAGroupAndShrinkageIsTheFormula() {
    List<Map<String, @Nullable Object>> rows =
        relation().call("dml_summary", arguments("partition_by", "region"));
    List<Map<String, @Nullable Object>> averages =
        rows.stream().filter(row -> "average".equals(row.get("kind"))).toList();
    double[] estimate = averages.stream().mapToDouble(r -> (double) r.get("estimate")).toArray();
    double[] error = averages.stream().mapToDouble(r -> (double) r.get("std_error")).toArray();
    double[] shrunk =
        averages.stream().mapToDouble(r -> (double) r.get("estimate_shrunk")).toArray();
    double low = Arrays.stream(estimate).min().orElseThrow();
    double high = Arrays.stream(estimate).max().orElseThrow();
    for (int g = 0; g < shrunk.length; g++) {
      assertThat(shrunk[g]).isBetween(low, high);
    }
    double p = (double) averages.get(0).get("between_groups_p");
    assertThat(p).isLessThan(1e-6); // the regions' effects are 0, 1, 2, 3
    double variance = 0;
    double mean = Arrays.stream(estimate).average().orElseThrow();
    for (double one : estimate) {
      variance += (one - mean) * (one - mean) / (estimate.length - 1);
    }
    double first = new Estimate(estimate[0], error[0]).value();
    assertThat(shrunk[0])
        .isCloseTo(
            first + (mean - first) * error[0] * error[0] / (error[0] * error[0] + variance),
            org.assertj.core.data.Offset.offset(0.02)); // errors are nearly equal
  }

  /** Such groups are answered one after the other, on all threads, in memory of their own. */
  @Test
  void groupsOfManyRowsAreAnsweredAlike() {
    int n = 210_000;
    double[] half = new double[n];
    double[] coupon = new double[n];
    double[] income = new double[n];
    double[] spend = new double[n];
    for (int i = 0; i < n; i++) {
      half[i] = i % 2;
      coupon[i] = Mix.bucket(1, i, 2);
      income[i] = Mix.normal(2, i);
      spend[i] = income[i] + coupon[i] + Mix.normal(3, i);
    }
    Relations relation =
        new Relations()
            .with("half", half)
            .with("income", income)
            .with("coupon", coupon)
            .with("spend", spend);
    Map<String, @Nullable Object> arguments =
        arguments("partition_by", "half", "outcome_learner", "ols", "treatment_learner", "logit");
    arguments.remove("features");
    List<Map<String, @Nullable Object>> rows = plain(relation.call("dml_summary", arguments));
    arguments.remove("partition_by");
    assertThat(List.of(rows.get(1)))
        .isEqualTo(plain(relation.where(rows(relation, "half", 1)).call("dml_summary", arguments)));
  }
}
