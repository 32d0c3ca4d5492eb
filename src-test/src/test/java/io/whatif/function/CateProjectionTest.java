/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code cate_projection}: kept scores on features of a relation. */
final class CateProjectionTest {
  private static final int ROWS = 2_000;

  private final Steps steps = Steps.of(ROWS, 1);
  private final StoredModel model =
      steps.relation().fit(CausalForestTest.arguments("reps", 1L, "trees", 50L));

  private List<Map<String, @Nullable Object>> project(Relations relation, Object... more) {
    Map<String, @Nullable Object> arguments = new HashMap<>();
    for (int i = 0; i < more.length; i += 2) {
      arguments.put((String) more[i], more[i + 1]);
    }
    return relation.readBy(model, "cate_projection", arguments);
  }

  private static Relations fresh() {
    return Steps.of(ROWS, 1).relation();
  }

  private static double number(Map<String, @Nullable Object> row, String name) {
    return row.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  @Test
  void onNothingItIsTheAverageEffectWithItsError() {
    Map<String, @Nullable Object> row =
        project(steps.relation(), "features", List.of(), "cov", "HC0").get(0);
    assertThat(row.get("term")).isEqualTo("intercept");
    assertThat(number(row, "estimate"))
        .isCloseTo(number(model.report(), "estimate"), within(1e-12));
    assertThat(number(row, "std_error"))
        .isCloseTo(number(model.report(), "std_error"), within(1e-12));
    // HC3 divides each residual by 1 - 1/n.
    double hc3 = number(project(steps.relation(), "features", List.of()).get(0), "std_error");
    assertThat(hc3).isCloseTo(number(row, "std_error") / (1 - 1.0 / ROWS), within(1e-12));
  }

  /** The scores and ids by cate_oob, in the order of ids. */
  private double[] scores() {
    double[] scores = new double[ROWS];
    Relations.report(model, "cate_oob")
        .forEach(row -> scores[(int) number(id(row), "id")] = number(row, "score"));
    return scores;
  }

  private static Map<String, @Nullable Object> id(Map<String, @Nullable Object> row) {
    return Map.of("id", Double.valueOf(String.valueOf(row.get("id"))));
  }

  @Test
  void itIsTheRegressionOfTheScoresByHand() {
    double[] x = steps.relation().column("x0");
    double[] scores = scores();
    double mean = Arrays.stream(x).average().orElseThrow();
    double ss = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
    double level = Arrays.stream(scores).average().orElseThrow();
    double slope = 0;
    for (int i = 0; i < ROWS; i++) {
      slope += (x[i] - mean) * scores[i] / ss;
    }
    double meat = 0;
    for (int i = 0; i < ROWS; i++) {
      double along = x[i] - mean;
      double left = scores[i] - level - slope * along;
      double h = 1.0 / ROWS + along * along / ss;
      meat += along * along * left * left / ((1 - h) * (1 - h));
    }
    List<Map<String, @Nullable Object>> rows = project(steps.relation(), "features", List.of("x0"));
    assertThat(rows).extracting(row -> row.get("term")).containsExactly("intercept", "x0");
    assertThat(number(rows.get(1), "estimate")).isCloseTo(slope, within(1e-11));
    assertThat(number(rows.get(1), "std_error")).isCloseTo(Math.sqrt(meat) / ss, within(1e-11));
    assertThat(number(rows.get(0), "estimate")).isCloseTo(level - slope * mean, within(1e-11));
    assertThat(number(rows.get(0), "n")).isEqualTo(ROWS);
  }

  @Test
  void unitsAndOriginsOfFeaturesChangeNothingElse() {
    double[] years =
        Arrays.stream(steps.relation().column("x0")).map(v -> 2_000 + 1e-3 * v).toArray();
    Relations shifted = steps.relation().with("year", years);
    Map<String, @Nullable Object> one = project(shifted, "features", List.of("x0")).get(1);
    Map<String, @Nullable Object> other = project(shifted, "features", List.of("year")).get(1);
    // A double holds 1e-3 of 2,000 to 2e-10 of itself.
    assertThat(number(other, "estimate") / 1_000).isCloseTo(number(one, "estimate"), within(1e-8));
    assertThat(number(other, "z")).isCloseTo(number(one, "z"), within(1e-8));
  }

  @Test
  void neitherOrderNorThreadsNorFurtherRowsMatter() {
    List<Map<String, @Nullable Object>> rows =
        project(steps.relation(), "features", List.of("x0", "x1"));
    Integer[] order = IntStream.range(0, ROWS).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingLong(i -> Mix.mix(5, i)));
    Relations more = new Relations();
    for (String column : List.of("id", "x0", "x1")) {
      double[] all = new double[ROWS + 3];
      for (int i = 0; i < ROWS; i++) {
        all[i] = steps.relation().column(column)[order[i]];
      }
      // Rows of no use: without id, and with ids that are not the model's, one of them twice.
      all[ROWS] = column.equals("id") ? Double.NaN : 7;
      all[ROWS + 1] = column.equals("id") ? -5 : 7;
      all[ROWS + 2] = column.equals("id") ? -5 : 8;
      more.with(column, all);
    }
    assertThat(more.readBy(model, "cate_projection", Map.of("features", List.of("x0", "x1")), 4))
        .isEqualTo(rows);
  }

  @Test
  void rowsThatTheRelationLacksAndNullsAreCounted() {
    boolean[] keep = new boolean[ROWS];
    double[] x = steps.relation().column("x0").clone();
    for (int i = 0; i < ROWS; i++) {
      keep[i] = i % 4 != 0;
      x[i] = i % 10 == 1 ? Double.NaN : x[i];
    }
    Map<String, @Nullable Object> row =
        project(steps.relation().with("x0", x).where(keep), "features", List.of("x0")).get(0);
    assertThat(number(row, "n_missing")).isEqualTo(ROWS / 4);
    assertThat(number(row, "n_null")).isEqualTo(200);
    assertThat(number(row, "n")).isEqualTo(ROWS - 500 - 200);
    assertThat(String.valueOf(row.get("warnings")))
        .contains("500 of the 2000 rows of model 'm' are not in the relation");
  }

  @Test
  void textsHaveATermForEachCategoryButTheFirst() {
    String[] region = new String[ROWS];
    Arrays.setAll(region, i -> List.of("south", "north", "west").get(i % 3));
    List<Map<String, @Nullable Object>> rows =
        project(steps.relation().withText("region", region), "features", List.of("region"));
    assertThat(rows)
        .extracting(row -> row.get("term"))
        .containsExactly("intercept", "region=south", "region=west");
    double[] scores = scores();
    double north = 0;
    double south = 0;
    for (int i = 0; i < ROWS; i++) {
      north += i % 3 == 1 ? scores[i] / 667 : 0;
      south += i % 3 == 0 ? scores[i] / 667 : 0;
    }
    assertThat(number(rows.get(0), "estimate")).isCloseTo(north, within(1e-11));
    assertThat(number(rows.get(1), "estimate")).isCloseTo(south - north, within(1e-11));
  }

  @Test
  void clustersOfTheFitMakeItsErrors() {
    double[] household = new double[ROWS];
    Arrays.setAll(household, i -> Math.floor(i / 4.0));
    StoredModel clustered =
        steps
            .relation()
            .with("household", household)
            .fit(CausalForestTest.arguments("cluster", "household", "reps", 1L, "trees", 50L));
    Map<String, @Nullable Object> row =
        steps.relation().readBy(clustered, "cate_projection", Map.of("features", List.of())).get(0);
    assertThat(row.get("cov")).isEqualTo("cluster");
    assertThat(number(row, "std_error"))
        .isCloseTo(number(clustered.report(), "std_error"), within(1e-12));
  }

  @Test
  void anEffectInAStraightLineIsFound() {
    Trials trials = new Trials();
    Trials.each(100, seed -> one(seed, trials));
    Trials.expectBinomial(trials.results());
  }

  /** tau = 1 + 2 x0 - x1 (both uniform), randomised: its projection is itself. */
  private static void one(int seed, Trials trials) {
    int rows = 1_000;
    Relations relation = new Relations();
    double[] id = new double[rows];
    double[] t = new double[rows];
    double[] y = new double[rows];
    List<double[]> x = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      double[] column = new double[rows];
      long salt = Mix.mix(900 + k, seed);
      Arrays.setAll(column, i -> Mix.uniform(salt, i));
      x.add(column);
      relation.with("x" + k, column);
    }
    for (int i = 0; i < rows; i++) {
      id[i] = i;
      t[i] = Mix.uniform(Mix.mix(910, seed), i) < 0.5 ? 1 : 0;
      double tau = 1 + 2 * x.get(0)[i] - x.get(1)[i];
      y[i] = x.get(2)[i] + t[i] * tau + Mix.normal(Mix.mix(911, seed), i);
    }
    relation.with("id", id).with("t", t).with("y", y);
    StoredModel fitted =
        relation.fit(
            CausalForestTest.arguments(
                "features", List.of("x0", "x1", "x2"), "trees", 20L, "reps", 1L));
    List<Map<String, Object>> rowsOf = new ArrayList<>();
    relation
        .readBy(fitted, "cate_projection", Map.of("features", List.of("x0", "x1")), 1)
        .forEach(
            row ->
                rowsOf.add(
                    Map.of(
                        "term", String.valueOf(row.get("term")),
                        "estimate", number(row, "estimate"),
                        "std_error", number(row, "std_error"))));
    trials.add("intercept", rowsOf, "intercept", 1);
    trials.add("x0", rowsOf, "x0", 2);
    trials.add("x1", rowsOf, "x1", -1);
  }

  @Test
  void whatCannotBeProjectedIsToldInOneLine() {
    double[] twice = fresh().column("id").clone();
    twice[5] = 4;
    assertThatThrownBy(() -> project(fresh().with("id", twice), "features", List.of("x0")))
        .hasMessage(
            "id => 'id': 4 stands in several rows of the relation. Pass one row for each id, such as by DISTINCT or GROUP BY.");
    double[] other = new double[ROWS];
    Arrays.setAll(other, i -> -1 - i);
    assertThatThrownBy(() -> project(fresh().with("id", other), "features", List.of("x0")))
        .hasMessageMatching(
            "id => 'id': none of the ids of model 'm', such as \\d+, is in the relation. Name the column of the ids that it was fitted with.");
    assertThatThrownBy(() -> project(fresh(), "features", List.of("x77")))
        .hasMessageStartingWith("features => 'x77': the relation has no such column.");
    assertThatThrownBy(() -> project(fresh(), "features", List.of("x0"), "id", "customer"))
        .hasMessageStartingWith("id => 'customer': the relation has no such column.");
    String[] text = new String[ROWS];
    Arrays.setAll(text, i -> "c" + i);
    assertThatThrownBy(
            () -> project(fresh().withText("name", text), "features", List.of("x0"), "id", "name"))
        .hasMessage("id => 'name': is VARCHAR, and the ids of model 'm' are DOUBLE. Cast it.");
    assertThatThrownBy(() -> project(fresh().withText("name", text), "features", List.of("name")))
        .hasMessage(
            "features => 'name': has more different texts than the 200 that are encoded. Group them into fewer, or leave it out.");
    double[] endless = new double[ROWS];
    endless[3] = Double.POSITIVE_INFINITY;
    assertThatThrownBy(() -> project(fresh().with("k", endless), "features", List.of("k")))
        .hasMessage("features => 'k': some rows are infinite. Filter them, or make them NULL.");
    boolean[] two = new boolean[ROWS];
    two[3] = true;
    two[8] = true;
    assertThatThrownBy(() -> project(fresh().where(two), "features", List.of("x0")))
        .hasMessage(
            "2 rows of model 'm' are in the relation with all features (0 without), too few for 2 coefficients. Pass more rows, or fewer features.");
  }

  @Test
  void featuresThatDependOnEachOtherAreDoubted() {
    double[] same = steps.relation().column("x0");
    Map<String, @Nullable Object> row =
        project(steps.relation().with("again", same), "features", List.of("x0", "again")).get(0);
    assertThat(String.valueOf(row.get("warnings"))).contains("collinear_features");
  }
}
