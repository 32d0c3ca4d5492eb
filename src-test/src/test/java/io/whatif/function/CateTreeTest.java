/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.whatif.math.Mix;
import io.whatif.model.CateModel;
import io.whatif.model.Feature;
import io.whatif.model.LearnedCate;
import io.whatif.model.LinearCate;
import io.whatif.model.PartitionedCate;
import io.whatif.model.StoredModel;
import io.whatif.model.Term;
import io.whatif.model.TreeEnsemble;
import io.whatif.model.Trees;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Trees that tell what a model predicts, without a database. */
class CateTreeTest {
  private static final List<String> REGIONS = List.of("east", "north", "south", "west");

  /** Effect 1 + x, errors of intercept .2 and slope .1, independent. */
  private static final LinearCate LINE =
      new LinearCate(
          List.of(new Feature("x", "DOUBLE", List.of())),
          List.of(new Term.Intercept(), new Term.Value(0, "x", 0, 1)),
          new double[] {1, 1},
          new double[] {.04, 0, 0, .01},
          .95,
          Map.of("x", new double[] {-1, 9}),
          0,
          new double[0]);

  private static StoredModel stored(CateModel model) {
    return new StoredModel(
        "m",
        "linear_dml",
        100,
        model,
        Map.of(),
        List.of(),
        List.of(),
        Map.of("contrast", "0 -> 1"));
  }

  /** A step: 5 from age 30 on and where it is NULL; else 1 in east and north, 2 elsewhere. */
  private static StoredModel step() {
    Trees trees =
        new Trees(
            new int[] {0},
            new int[] {0, 1, -1, -1, -1},
            new float[] {30, 2, 5, 1, 2},
            new int[] {1, 3, 0, 0, 0},
            new int[] {2, 4, 0, 0, 0},
            new int[] {2, 4, 0, 0, 0});
    TreeEnsemble ensemble =
        new TreeEnsemble(
            List.of(new Term.Value(0, "age", 0, 1), new Term.Value(1, "region", 0, 1)),
            trees,
            0,
            1,
            TreeEnsemble.Link.VALUE);
    return stored(
        new LearnedCate(
            List.of(
                new Feature("age", "DOUBLE", List.of()), new Feature("region", "VARCHAR", REGIONS)),
            List.of(0),
            List.of(new LearnedCate.Part(1, null, ensemble, List.of(0, 1), 1)),
            .95,
            Map.of()));
  }

  /** Ages 0 to 59 and every thirteenth NULL, regions in turn, of some rows unseen or NULL. */
  private static Relations people(int n) {
    double[] age = new double[n];
    String[] region = new String[n];
    for (int i = 0; i < n; i++) {
      age[i] = i % 13 == 0 ? Double.NaN : (i * 7) % 60;
      region[i] = i % 17 == 0 ? "nowhere" : REGIONS.get(i % 4);
    }
    return new Relations().with("age", age).withText("region", region);
  }

  private static List<Map<String, @Nullable Object>> tree(
      Relations relation, StoredModel model, Object... given) {
    Map<String, @Nullable Object> arguments = new HashMap<>();
    for (int i = 0; i < given.length; i += 2) {
      arguments.put(given[i].toString(), given[i + 1]);
    }
    return relation.readBy(model, "cate_tree", arguments);
  }

  private static List<@Nullable Object> column(
      List<Map<String, @Nullable Object>> rows, String name) {
    return rows.stream().<@Nullable Object>map(row -> row.get(name)).toList();
  }

  private static double number(Map<String, @Nullable Object> row, String name) {
    return ((Number) java.util.Objects.requireNonNull(row.get(name), name)).doubleValue();
  }

  @Test
  void aStepIsFoundExactly() {
    List<Map<String, @Nullable Object>> rows = tree(people(600), step(), "depth", 4);
    assertThat(column(rows, "rule"))
        .containsExactly(
            "age <= 29 AND region IN ('east', 'north')",
            "age <= 29 AND region NOT IN ('east', 'north')",
            "(age > 29 OR age IS NULL)");
    assertThat(column(rows, "mean_effect")).containsExactly(1.0, 2.0, 5.0);
    assertThat(column(rows, "effect_sd")).containsExactly(0.0, 0.0, 0.0);
    assertThat(number(rows.get(0), "explained")).isEqualTo(1);
    // 600 rows less those of no known region
    assertThat(rows.stream().mapToDouble(row -> number(row, "n")).sum()).isEqualTo(564);
    assertThat(rows.stream().mapToDouble(row -> number(row, "share")).sum())
        .isCloseTo(1, withinPercentage(1e-12));
    String known = " AND \"region\" IN ('east', 'north', 'south', 'west')";
    String age = "nullif(\"age\", 'NaN'::DOUBLE)";
    assertThat(column(rows, "condition_sql"))
        .containsExactly(
            age + " <= 29 AND \"region\" IN ('east', 'north')",
            age + " <= 29 AND \"region\" NOT IN ('east', 'north')" + known,
            "(" + age + " > 29 OR " + age + " IS NULL)" + known);
    assertThat(rows.get(0).get("case_sql").toString())
        .startsWith("CASE WHEN " + age + " <= 29 AND ")
        .endsWith(" THEN 5.0e0 END");
    assertThat(rows.get(0).get("warnings").toString())
        .contains("no_valid_interval", "rows_without_effect");
    assertThat(column(rows, "warnings").subList(1, 3)).containsOnly(List.of());
    assertThat((Double) rows.get(0).get("std_error")).isNaN();
    assertThat(column(tree(people(600), step(), "depth", 1), "mean_effect")).hasSize(2);
  }

  @Test
  void errorsAreThoseOfTheFormula() {
    Relations relation = new Relations().with("x", new double[] {0, 1, 7, 8});
    List<Map<String, @Nullable Object>> rows = tree(relation, stored(LINE), "depth", 1);
    assertThat(column(rows, "rule")).containsExactly("x <= 4", "x > 4");
    assertThat(column(rows, "mean_effect")).containsExactly(1.5, 8.5);
    // zbar = (1, .5) and (1, 7.5); the variance of two effects one apart is 1/2, over two rows
    double[] squares = {.04 + .01 * .25 + .25, .04 + .01 * 56.25 + .25};
    for (int l = 0; l < 2; l++) {
      assertThat(number(rows.get(l), "std_error"))
          .isCloseTo(Math.sqrt(squares[l]), withinPercentage(1e-12));
    }
    Map<String, @Nullable Object> fixed =
        tree(relation, stored(LINE), "depth", 1, "se", "fixed_x", "level", .9).get(0);
    double error = Math.sqrt(squares[0] - .25);
    assertThat(number(fixed, "std_error")).isCloseTo(error, withinPercentage(1e-12));
    assertThat(number(fixed, "ci_upper"))
        .isCloseTo(1.5 + io.whatif.math.Normal.quantile(.95) * error, withinPercentage(1e-12));
    // 1 - (2 * .5) / (1 + 49 + ...): effects 1, 2, 8, 9 about 5
    assertThat(number(fixed, "explained")).isCloseTo(1 - 1.0 / 50, withinPercentage(1e-12));
  }

  @Test
  void oneLeafAgreesWithThePopulation() {
    Relations relation = new Relations().with("x", normals(400, 1));
    Map<String, @Nullable Object> leaf =
        tree(relation, stored(LINE), "depth", 1, "min_rows", 200).get(0);
    Map<String, @Nullable Object> low =
        new Relations()
            .with("x", Arrays.stream(normals(400, 1)).sorted().limit(200).toArray())
            .readBy(stored(LINE), "cate_population", Map.of())
            .get(0);
    assertThat(leaf.get("mean_effect")).isEqualTo(low.get("estimate"));
    assertThat(leaf.get("std_error")).isEqualTo(low.get("std_error"));
    assertThat(leaf.get("ci_lower")).isEqualTo(low.get("ci_lower"));
  }

  private static double[] normals(int n, int stream) {
    double[] values = new double[n];
    Arrays.setAll(values, i -> Mix.normal(stream, i));
    return values;
  }

  @Test
  void theFirstSplitIsTheBestOfAll() {
    double[] x = normals(301, 2);
    List<Map<String, @Nullable Object>> rows =
        tree(new Relations().with("x", x), stored(LINE), "depth", 1, "min_rows", 20);
    double[] sorted = Arrays.stream(x).sorted().toArray();
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int cut = 20; cut <= 281; cut++) {
      double left = squares(Arrays.copyOf(sorted, cut));
      double within = left + squares(Arrays.copyOfRange(sorted, cut, 301));
      if (within < least) {
        least = within;
        best = cut;
      }
    }
    assertThat(number(rows.get(0), "n")).isEqualTo(best);
    assertThat(number(rows.get(0), "explained"))
        .isCloseTo(1 - least / squares(sorted), withinPercentage(1e-8));
  }

  private static double squares(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
  }

  @Test
  void orderAndThreadsLeaveEveryBit() {
    int n = 20_000;
    double[] values = normals(n, 3);
    double[] reversed = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = i % 50 == 0 ? Double.NaN : values[i];
      reversed[n - 1 - i] = values[i];
    }
    Map<String, @Nullable Object> deep = Map.of("depth", 6);
    List<Map<String, @Nullable Object>> rows =
        new Relations().with("x", values).readBy(stored(LINE), "cate_tree", deep, 1);
    assertThat(rows).hasSizeGreaterThan(30);
    assertThat(new Relations().with("x", reversed).readBy(stored(LINE), "cate_tree", deep, 3))
        .isEqualTo(rows);
  }

  @Test
  void scaleAndShiftOfTheEffectLeaveTheRules() {
    Relations relation = new Relations().with("x", normals(500, 4));
    LinearCate other =
        new LinearCate(
            LINE.features(),
            LINE.basis(),
            new double[] {-7, 1e-9},
            LINE.covariance(),
            .95,
            LINE.range(),
            0,
            new double[0]);
    assertThat(column(tree(relation, stored(other), "depth", 3), "n"))
        .isEqualTo(column(tree(relation, stored(LINE), "depth", 3), "n"));
  }

  @Test
  void aConstantEffectIsOneLeafAndSaysSo() {
    LinearCate constant =
        new LinearCate(
            LINE.features(),
            LINE.basis(),
            new double[] {.1, 0},
            LINE.covariance(),
            .95,
            LINE.range(),
            0,
            new double[0]);
    List<Map<String, @Nullable Object>> rows =
        tree(new Relations().with("x", normals(50, 5)), stored(constant));
    assertThat(column(rows, "rule")).containsExactly("all rows");
    assertThat(column(rows, "condition_sql")).containsExactly("true");
    assertThat(column(rows, "case_sql")).containsExactly("CASE WHEN true THEN 0.1e0 END");
    assertThat(number(rows.get(0), "n")).isEqualTo(50);
    assertThat((Double) rows.get(0).get("explained")).isNaN();
    assertThat(rows.get(0).get("warnings").toString())
        .contains(
            "constant_effect",
            "the model predicts the same effect for every row: there is nothing to split");
    double[] tied = new double[50];
    tied[0] = 1;
    rows = tree(new Relations().with("x", tied), stored(LINE), "min_rows", 5);
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).get("warnings").toString())
        .contains("no_split", "no split leaves 5 rows on both sides");
  }

  @Test
  void bordersAreShortAndLieBetween() {
    assertThat(FeatureSql.between(30, 31)).hasToString("30");
    assertThat(FeatureSql.between(44, 61)).hasToString("50");
    assertThat(FeatureSql.between(0, 1)).hasToString("0");
    assertThat(FeatureSql.between(-1, 0)).hasToString("-1");
    assertThat(FeatureSql.between(.4827, .4912)).hasToString("0.49");
    assertThat(FeatureSql.between(.1, Math.nextUp(.1))).hasToString("0.1");
    for (int i = 0; i < 10_000; i++) {
      double a = Mix.normal(6, i) * Math.pow(10, Mix.bucket(7, i, 40) - 20);
      double b = i % 2 == 0 ? Math.nextUp(a) : a + Math.abs(a) * Mix.uniform(8, i);
      assertThat(FeatureSql.between(a, b).doubleValue()).isGreaterThanOrEqualTo(a).isLessThan(b);
    }
  }

  @Test
  void mistakesAreOneLine() {
    Relations few = new Relations().with("x", new double[] {1, 2, 3, Double.NaN});
    assertThatThrownBy(() -> tree(few, stored(LINE), "depth", 0))
        .hasMessage("depth => 0: must lie between 1 and 8.");
    assertThatThrownBy(() -> tree(few, stored(LINE), "depth", 9))
        .hasMessage("depth => 9: must lie between 1 and 8.");
    assertThatThrownBy(() -> tree(few, stored(LINE)))
        .hasMessage(
            "depth => 2: makes up to 4 leaves, and only 3 rows have an effect. Pass more rows, or a smaller depth.");
    assertThatThrownBy(() -> tree(few, stored(LINE), "depth", 1, "min_rows", 0))
        .hasMessage("min_rows => 0: must be at least 1.");
    assertThatThrownBy(() -> tree(few, stored(LINE), "depth", 1, "min_rows", 2))
        .hasMessage(
            "min_rows => 2: 3 rows have an effect, so that no two leaves have as many. Pass at most 1.");
    assertThatThrownBy(() -> tree(new Relations().with("x", new double[0]), stored(LINE)))
        .hasMessageStartingWith("the relation has no rows.");
    assertThatThrownBy(() -> tree(new Relations().with("y", new double[] {1}), stored(LINE)))
        .hasMessage(
            "model 'm' takes x, and the relation has no such column. Rename y with AS, if that is meant.");
    assertThatThrownBy(
            () -> tree(new Relations().with("x", new double[] {Double.NaN}), stored(LINE)))
        .hasMessage(
            "model 'm' has no effect for any row: 1 have a NULL feature, 0 a category or group that was not fitted. Pass rows like those of the fit.");
    PartitionedCate groups =
        PartitionedCate.of(
            List.of(new Feature("g", "DOUBLE", List.of())),
            List.of(new PartitionedCate.Group(new double[] {1}, LINE)));
    assertThatThrownBy(
            () ->
                tree(
                    new Relations().with("x", new double[] {1}).with("g", new double[] {1}),
                    stored(groups)))
        .hasMessage(
            "model 'm' was fitted with partition_by: its groups have effects of their own, which one tree does not tell. Fit a model without it, the keys among its features.");
  }
}
