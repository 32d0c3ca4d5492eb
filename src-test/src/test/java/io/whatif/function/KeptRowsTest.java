/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import io.whatif.model.KeptRows;
import io.whatif.model.ModelCodec;
import io.whatif.model.StoredModel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is told of the rows kept with a causal forest: cate_oob, ate, cate_projection. */
final class KeptRowsTest {
  private static final int ROWS = 2_000;

  /** The same sums over the same numbers: rounding of a mean of 2,000 is below 1e-12. */
  private static final double SAME = 1e-12;

  private static Map<String, @Nullable Object> arguments(Object... more) {
    return CausalForestTest.arguments(more);
  }

  private static StoredModel stored(Relations relation, Object... more) {
    return ModelCodec.decode("m", ModelCodec.encode(relation.fit(arguments(more))));
  }

  private static List<Map<String, @Nullable Object>> report(
      StoredModel model, String function, Object... more) {
    FunctionDescriptor descriptor = Catalog.find(function).orElseThrow();
    Map<String, @Nullable Object> all = new HashMap<>();
    for (int i = 0; i < more.length; i += 2) {
      all.put((String) more[i], more[i + 1]);
    }
    return descriptor
        .body(Body.Report.class)
        .orElseThrow()
        .rows(model, Arguments.ofReport(descriptor, all));
  }

  private static double number(Map<String, @Nullable Object> row, String name) {
    return row.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /** ATE and ATT of the fit, by contrast and estimand. */
  private static void agrees(StoredModel model) {
    for (String estimand : List.of("ATE", "ATT")) {
      List<Map<String, @Nullable Object>> rows = report(model, "ate", "estimand", estimand);
      List<Map<String, @Nullable Object>> own =
          model.summary().stream()
              .filter(row -> String.valueOf(row.get("estimand")).startsWith(estimand))
              .toList();
      assertThat(rows).hasSameSizeAs(own).isNotEmpty();
      for (int i = 0; i < own.size(); i++) {
        assertThat(rows.get(i).get("contrast")).isEqualTo(own.get(i).get("contrast"));
        assertThat(rows.get(i).get("estimand")).isEqualTo(own.get(i).get("estimand"));
        for (String figure : List.of("estimate", "std_error", "z", "ci_lower", "ci_upper")) {
          assertThat(number(rows.get(i), figure))
              .as(figure + " of the " + estimand)
              .isCloseTo(number(own.get(i), figure), within(SAME));
        }
      }
    }
  }

  @Test
  void averagesOfAStoredForestAreThoseOfItsFit() {
    Steps steps = Steps.of(ROWS, 1);
    agrees(stored(steps.relation()));
    agrees(stored(steps.relation(), "reps", 1L));
    double[] household = new double[ROWS];
    double[] weight = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      household[i] = Math.floor(i / 4.0);
      weight[i] = i % 7 == 0 ? 0 : 0.5 + Mix.uniform(3, i);
    }
    agrees(stored(steps.relation().with("household", household), "cluster", "household"));
    agrees(stored(steps.relation().with("w", weight), "weight", "w"));
  }

  @Test
  void averagesOfSeveralArmsAreThoseOfTheirFits() {
    Steps steps = Steps.of(ROWS, 7);
    String[] arm = new String[ROWS];
    for (int i = 0; i < ROWS; i++) {
      arm[i] = List.of("a none", "email", "post").get(Mix.bucket(82, i, 3));
    }
    StoredModel model =
        stored(steps.relation().withText("arm", arm), "treatment", "arm", "control", "a none");
    agrees(model);
    List<Map<String, @Nullable Object>> rows = report(model, "cate_oob");
    long control = Arrays.stream(arm).filter("a none"::equals).count();
    assertThat(rows).hasSize((int) (ROWS + control));
    assertThat(rows.stream().filter(r -> "a none -> post".equals(r.get("contrast"))).count())
        .isEqualTo(control + Arrays.stream(arm).filter("post"::equals).count());
  }

  @Test
  void theSlopeOfAContinuousTreatmentIsKept() {
    Steps steps = Steps.of(ROWS, 3);
    double[] dose = new double[ROWS];
    double[] y = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      dose[i] = steps.relation().column("x1")[i] + Mix.normal(70, i);
      y[i] = dose[i] * steps.tau()[i] + Mix.normal(71, i);
    }
    StoredModel model =
        stored(
            steps.relation().with("dose", dose).with("y", y),
            "treatment",
            "dose",
            "treatment_learner",
            "ols");
    Map<String, @Nullable Object> row = report(model, "ate").get(0);
    assertThat(row.get("estimand")).isEqualTo("average slope");
    assertThat(number(row, "estimate")).isCloseTo(number(model.report(), "estimate"), within(SAME));
    assertThat(number(row, "std_error"))
        .isCloseTo(number(model.report(), "std_error"), within(SAME));
    assertThat(report(model, "ate", "estimand", "overlap").get(0).get("estimand"))
        .isEqualTo("variance-weighted average slope");
    assertThatThrownBy(() -> report(model, "ate", "estimand", "ATT"))
        .hasMessage(
            "estimand => 'ATT': the treatment 'dose' is continuous, so no row is treated or untreated. Use 'ATE', the average slope, or 'overlap'.");
  }

  @Test
  void theUntreatedAndTheOverlapHaveTheirAverages() {
    Steps steps = Steps.of(4_000, 1);
    StoredModel model = stored(steps.relation());
    double[] t = steps.relation().column("t");
    double truth = 0;
    for (int i = 0; i < t.length; i++) {
      truth += (1 - t[i]) * steps.tau()[i];
    }
    truth /= Arrays.stream(t).map(d -> 1 - d).sum();
    Map<String, @Nullable Object> untreated =
        report(model, "ate", "estimand", "ATC", "level", 0.9).get(0);
    assertThat(number(untreated, "estimate"))
        .isCloseTo(truth, within(3 * number(untreated, "std_error")));
    assertThat(number(untreated, "ci_upper") - number(untreated, "estimate"))
        .as("half an interval at the level asked for")
        .isCloseTo(1.6448536269514722 * number(untreated, "std_error"), within(1e-9));
    // Shares of both arms add the averages on each up to that on all, but for noise of the scores.
    double share = Arrays.stream(t).average().orElseThrow();
    double mixed =
        share * number(report(model, "ate", "estimand", "ATT").get(0), "estimate")
            + (1 - share) * number(untreated, "estimate");
    assertThat(mixed).isCloseTo(number(model.report(), "estimate"), within(0.01));
    assertThat(report(model, "ate", "estimand", "overlap").get(0).get("estimand"))
        .isEqualTo("overlap-weighted average");
  }

  @Test
  void everyUsedRowHasAnOutOfBagEffectInAnyOrderAndOnAnyThreads() {
    Steps steps = Steps.of(ROWS, 1);
    Map<String, List<Object>> rows = byId(report(stored(steps.relation()), "cate_oob"));
    assertThat(rows).hasSize(ROWS);
    assertThat(rows.keySet())
        .isEqualTo(IntStream.range(0, ROWS).mapToObj(String::valueOf).collect(Collectors.toSet()));
    Integer[] order = IntStream.range(0, ROWS).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingLong(i -> Mix.mix(5, i)));
    Relations shuffled = new Relations();
    for (String column : List.of("id", "t", "y")) {
      shuffled.with(column, ordered(steps.relation().column(column), order));
    }
    Steps.FEATURES.forEach(x -> shuffled.with(x, ordered(steps.relation().column(x), order)));
    FunctionDescriptor fit = Catalog.find("cate_fit").orElseThrow();
    StoredModel other =
        fit.body(Body.Summary.class)
            .orElseThrow()
            .answer(Relations.run(4), shuffled.table(), Arguments.of(fit, arguments()))
            .models()
            .get(0);
    assertThat(byId(report(other, "cate_oob"))).isEqualTo(rows);
  }

  private static double[] ordered(double[] values, Integer[] order) {
    return Arrays.stream(order).mapToDouble(i -> values[i]).toArray();
  }

  private static Map<String, List<Object>> byId(List<Map<String, @Nullable Object>> rows) {
    Map<String, List<Object>> byId = new HashMap<>();
    rows.forEach(
        row ->
            byId.put(
                String.valueOf(row.get("id")),
                List.of(number(row, "effect"), number(row, "std_error"), number(row, "score"))));
    return byId;
  }

  @Test
  void outOfBagIntervalsHoldAndKnowNothingOfTheirOwnOutcome() {
    Steps steps = Steps.of(4_000, 1);
    List<Map<String, @Nullable Object>> rows =
        report(stored(steps.relation(), "trees", 400L), "cate_oob");
    double covered = 0;
    double squares = 0;
    double score = 0;
    for (Map<String, @Nullable Object> row : rows) {
      double tau = steps.tau()[Integer.parseInt(String.valueOf(row.get("id")))];
      double away = number(row, "effect") - tau;
      squares += away * away;
      score += number(row, "score") / rows.size();
      covered += number(row, "ci_lower") <= tau && tau <= number(row, "ci_upper") ? 1 : 0;
    }
    // .128 and .98 were seen; fresh rows have .124, a constant effect .40.
    assertThat(Math.sqrt(squares / rows.size())).isLessThan(0.15);
    assertThat(covered / rows.size()).isGreaterThan(0.93);
    assertThat(score).isCloseTo(Arrays.stream(steps.tau()).average().orElseThrow(), within(0.12));
  }

  @Test
  void rowsWithoutIdAreKeptWithoutOne() {
    Map<String, @Nullable Object> a = arguments();
    a.remove("id");
    a.put("controls", Steps.FEATURES);
    Steps steps = Steps.of(ROWS, 1);
    StoredModel model = steps.relation().fit(a);
    List<Map<String, @Nullable Object>> rows = report(model, "cate_oob");
    assertThat(rows).hasSize(ROWS).allSatisfy(row -> assertThat(row.get("id")).isNull());
    agrees(model);
    assertThatThrownBy(
            () ->
                steps
                    .relation()
                    .readBy(model, "cate_projection", Map.of("features", List.of("x0"))))
        .hasMessage(
            "model 'm' was fitted without id, so that its rows are not found in a relation. Fit it again with id => 'column'.");
  }

  @Test
  void idsMayBeTextsAndRepeat() {
    Steps steps = Steps.of(ROWS, 1);
    String[] customer = new String[ROWS];
    Arrays.setAll(customer, i -> "c" + i / 2);
    StoredModel model = stored(steps.relation().withText("customer", customer), "id", "customer");
    List<Map<String, @Nullable Object>> rows = report(model, "cate_oob");
    assertThat(rows).hasSize(ROWS);
    Set<Object> ids = new HashSet<>();
    rows.forEach(row -> ids.add(row.get("id")));
    assertThat(ids).hasSize(ROWS / 2).contains("c0", "c999");
    agrees(model);
  }

  @Test
  void rowsOfWeightNothingHaveNoEffectButCountNowhere() {
    double[] weight = new double[ROWS];
    Arrays.setAll(weight, i -> i % 10 == 0 ? 0 : 1);
    StoredModel model = stored(Steps.of(ROWS, 1).relation().with("w", weight), "weight", "w");
    List<Map<String, @Nullable Object>> rows = report(model, "cate_oob");
    assertThat(rows.stream().filter(row -> Double.isNaN(number(row, "effect"))).count())
        .isEqualTo(ROWS / 10);
    assertThat(rows.stream().filter(row -> Double.isNaN(number(row, "std_error"))).count())
        .isEqualTo(ROWS / 10);
  }

  @Test
  void rowsThatEveryTreeDrewAreCounted() {
    StoredModel model = stored(Steps.of(ROWS, 1).relation(), "trees", 4L, "reps", 1L);
    long lacking =
        report(model, "cate_oob").stream()
            .filter(row -> Double.isNaN(number(row, "score")))
            .peek(row -> assertThat(number(row, "effect")).isNaN())
            .count();
    assertThat(lacking).isBetween(ROWS / 8L, ROWS / 2L); // 1 in 4: two pairs draw half each
    Map<String, @Nullable Object> average = report(model, "ate").get(0);
    assertThat(average.get("estimand")).isEqualTo("ATE among rows with an out-of-bag effect");
    assertThat(String.valueOf(average.get("warnings")))
        .contains(
            "code=rows_without_effect",
            lacking
                + " of the 2000 rows have no out-of-bag effect, as every tree drew them: averages are of the others. More trees leave fewer");
    agrees(model);
    assertThat(report(model, "ate", "estimand", "overlap").get(0).get("estimand"))
        .isEqualTo("overlap-weighted average among rows with an out-of-bag effect");
    Map<String, @Nullable Object> projection =
        Steps.of(ROWS, 1)
            .relation()
            .readBy(model, "cate_projection", Map.of("features", List.of("x0")))
            .get(0);
    assertThat(projection.get("n")).isEqualTo(ROWS - lacking);
    assertThat(String.valueOf(projection.get("warnings")))
        .contains(lacking + " of the 2000 rows found have no out-of-bag effect");
    assertThat(report(stored(Steps.of(ROWS, 1).relation()), "ate").get(0).get("estimand"))
        .isEqualTo("ATE");
  }

  @Test
  void keptRowsComeBackToTheSameBits() {
    double[] weight = new double[ROWS];
    double[] household = new double[ROWS];
    Arrays.setAll(weight, i -> 1 + i % 3);
    Arrays.setAll(household, i -> Math.floor(i / 4.0));
    StoredModel fitted =
        Steps.of(ROWS, 1)
            .relation()
            .with("w", weight)
            .with("household", household)
            .fit(arguments("weight", "w", "cluster", "household", "reps", 3L));
    KeptRows before = fitted.kept().rows().get(0);
    KeptRows after = ModelCodec.decode("m", ModelCodec.encode(fitted)).kept().rows().get(0);
    assertThat(after).usingRecursiveComparison().isEqualTo(before);
    assertThat(after.repetitions()).hasSize(3);
  }

  @Test
  void otherModelsKeepNoRows() {
    StoredModel linear =
        Steps.of(ROWS, 1).relation().fit(arguments("method", "linear_dml", "trees", null));
    assertThat(linear.kept().rows()).isEmpty();
    for (String function : List.of("cate_oob", "ate")) {
      assertThatThrownBy(() -> report(linear, function))
          .hasMessage(
              "model 'm' keeps no rows: those of method 'linear_dml' are not kept. Fit it with cate_fit(..., method => 'causal_forest', id => 'column').");
    }
    double[] half = new double[ROWS];
    Arrays.setAll(half, i -> i % 2);
    StoredModel groups =
        Steps.of(ROWS, 1)
            .relation()
            .with("half", half)
            .fit(arguments("partition_by", List.of("half"), "trees", 10L));
    assertThatThrownBy(() -> report(groups, "cate_oob"))
        .hasMessage(
            "model 'm' was fitted in groups, and such models keep no rows. Fit one group with cate_fit(..., method => 'causal_forest', id => 'column').");
  }

  @Test
  void whatAStoredModelCannotHeedIsTold() {
    StoredModel model = stored(Steps.of(ROWS, 1).relation());
    assertThatThrownBy(() -> report(model, "ate", "by", List.of("x0")))
        .hasMessage(
            "by => ['x0']: model 'm' keeps its rows' scores, but no such columns. Join cate_oob('m') with them by id and average the scores in groups, or call ate on the relation.");
    assertThatThrownBy(() -> report(model, "ate", "folds", 3L))
        .hasMessage(
            "folds: the model 'm' is fitted already. Call ate on the relation, or leave this out.");
    assertThatThrownBy(() -> report(model, "cate_oob", "level", 1.5))
        .hasMessage("level => 1.5: must lie between 0.5 and 1, such as 0.95.");
  }
}
