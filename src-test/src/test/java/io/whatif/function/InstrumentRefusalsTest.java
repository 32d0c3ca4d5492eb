/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.InstrumentalForestTest.arguments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code method => 'instrumental_forest'} cannot do is told in one line. */
final class InstrumentRefusalsTest {
  private static final int ROWS = 2_000;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "instrument|t|instrument => 't': is the treatment as well. Name another column.",
        "instrument|y|instrument => 'y': is the outcome as well. Name another column.",
        "instrument|id|instrument => 'id': is the id as well. Name another column.",
        "fold|z|instrument => 'z': is the fold as well. Name another column.",
        "instrument|same|instrument => 'same': is the treatment itself: use method => 'causal_forest'.",
        "instrument|reversed|instrument => 'reversed': is the treatment itself: use method => 'causal_forest'.",
        "instrument|worded|instrument => 'worded': is the treatment itself: use method => 'causal_forest'.",
        "instrument|result|instrument => 'result': is the outcome itself: name a column that moves the treatment, and the outcome through it alone.",
        "instrument|x1|features => 'x1': is the instrument as well. Leave it out here.",
        "controls|z|controls => 'z': is the instrument as well. Leave it out here.",
        "instrument|k|instrument => 'k': is the same in every usable row. It must differ between rows.",
        "instrument|void|instrument => 'void': is NULL in every row. Name another column, or check the relation.",
        "instrument|three|instrument => 'three': has more than two texts (a, b, c, ...). Derive a number or a boolean from it.",
        "instrument|copy|instrument => 'copy': features and controls tell all of it, so that nothing is left to compare. Leave out the column that repeats it.",
        "instrument|rare|instrument => 'rare': the rarer value has 20 rows, of which about 5 choose the splits of a tree, and with min_node_size => 5 it takes 10. Use more rows, a smaller min_node_size, or leave features out.",
        "method|causal_forest|instrument => z: method 'causal_forest' does not take it, but instrumental_forest. Leave it out, or change the method.",
        "method|linear_dml|instrument => z: method 'linear_dml' does not take it, but instrumental_forest. Leave it out, or change the method.",
        "method|auto|instrument => z: method 'auto' does not take it, but instrumental_forest. Leave it out, or change the method.",
        "min_node_size|auto|min_node_size => 'auto': is chosen by the loss of an unconfounded treatment, which method 'instrumental_forest' does not have. Give a number.",
        "instrument|x9|instrument_learner => 'logit': logit predicts the chance of a 0/1 column, and this one is not. Use spline, ridge(alpha=1) or ols.",
        "instrument_learner|gbtt|instrument_learner => 'gbtt': there is no such learner. Did you mean gbt?",
        "treatment|three|treatment => 'three': has 3 arms, and an instrument tells the effect of two values or of a number. Filter the relation to two arms.",
        "instrument||instrument: method 'instrumental_forest' needs a column that moves the treatment, and the outcome through it alone. Name it, or use method => 'causal_forest'.",
      })
  void whatCannotBeDoneIsToldInOneLine(String argument, @Nullable String value, String message) {
    Relations rows = Encouraged.of(ROWS, 1).relation();
    double[] rare = new double[ROWS];
    double[] nothing = new double[ROWS];
    Arrays.setAll(rare, i -> i % 100 == 0 ? 1 : 0);
    Arrays.fill(nothing, Double.NaN);
    String[] three = new String[ROWS];
    Arrays.setAll(three, i -> List.of("a", "b", "c").get(i % 3));
    rows.with("k", new double[ROWS])
        .with("void", nothing)
        .with("rare", rare)
        .with("copy", Arrays.stream(rows.column("x1")).map(v -> 1 + 2 * v).toArray())
        .with("x9", Arrays.stream(rows.column("z")).map(z -> z + rows.column("y")[0]).toArray())
        .withText("three", three);
    rows.column("x9")[0] = 5;
    double[] treated = rows.column("t");
    String[] worded = new String[ROWS];
    Arrays.setAll(worded, i -> treated[i] == 1 ? "no" : "yes");
    rows.with("same", treated.clone())
        .with("reversed", Arrays.stream(treated).map(t -> 7 - t).toArray())
        .withText("worded", worded)
        .with("result", rows.column("y").clone());
    Map<String, @Nullable Object> a = arguments(argument, value, "exclude", List.of("k", "void"));
    if (argument.equals("method")) {
      a.remove("trees");
    }
    if (argument.equals("controls")) {
      a.remove("exclude");
    }
    if ("copy".equals(value)) {
      a.put("instrument_learner", "ols");
    }
    if ("rare".equals(value)) {
      a.put("exclude", List.of("k", "void", "copy"));
    }
    assertThatThrownBy(() -> rows.fit(a)).hasMessage(message);
  }

  @Test
  void whatSaysHowMuchRowsCountIsNoInstrument() {
    Relations rows = Encouraged.of(ROWS, 1).relation();
    double[] weight = Arrays.stream(rows.column("z")).map(z -> 1 + z).toArray();
    rows.with("w", weight);
    Map<String, @Nullable Object> a = arguments("instrument", "w", "weight", "w");
    assertThatThrownBy(() -> rows.fit(a))
        .hasMessage("instrument => 'w': is the weight as well. Name another column.");
  }

  /**
   * A lottery's number, drawn for all who were born on one day: the number is the instrument, and
   * those who share it are a cluster, as they are by their day.
   */
  @Test
  void anInstrumentThatWasDrawnForWholeClustersMayNameThem() {
    Relations rows = Encouraged.of(ROWS, 1).relation();
    double[] pushed = rows.column("z");
    double[] number = new double[ROWS];
    Arrays.setAll(number, i -> 100 * pushed[i] + i % 100);
    rows.with("number", number).with("day", number.clone());
    Map<String, @Nullable Object> a =
        arguments("instrument", "number", "exclude", List.of("z", "day"), "cluster", "day");
    a.put("instrument_learner", "ols");
    Map<String, @Nullable Object> byDay = rows.fit(a).report();
    a.put("exclude", List.of("z", "day", "number"));
    a.put("cluster", "number");
    Map<String, @Nullable Object> byNumber = rows.fit(a).report();
    for (String figure : List.of("estimate", "std_error", "first_stage_f", "ar_lower")) {
      assertThat(byNumber.get(figure)).as(figure).isNotNull().isEqualTo(byDay.get(figure));
    }
    assertThat(String.valueOf(byNumber.get("warnings"))).contains("repeated_ids");
  }

  @Test
  void aCopyIsFoundInTheUsableRowsAlone() {
    Relations rows = Encouraged.of(ROWS, 1).relation();
    double[] y = rows.column("y").clone();
    double[] dose = new double[ROWS];
    Arrays.setAll(dose, i -> rows.column("x3")[i] + y[i]);
    double[] copy = dose.clone();
    y[0] = Double.NaN;
    copy[0] = -1;
    Map<String, @Nullable Object> a = arguments("treatment", "dose", "instrument", "copy");
    a.put("treatment_learner", "ols");
    a.put("instrument_learner", "ols");
    rows.with("y", y).with("dose", dose).with("copy", copy);
    assertThatThrownBy(() -> rows.fit(a))
        .hasMessage(
            "instrument => 'copy': is the treatment itself: use method => 'causal_forest'.");
    copy[1] += 1;
    a.put("exclude", List.of("z"));
    assertThat(InstrumentalForestTest.figure(rows.fit(a), "first_stage_f")).isGreaterThan(23);
  }

  @Test
  void tooFewClustersTakeMoreClusters() {
    double[] shop = new double[ROWS];
    Arrays.setAll(shop, i -> i % 3);
    Relations rows = Encouraged.of(ROWS, 1).relation().with("shop", shop);
    assertThatThrownBy(() -> rows.fit(arguments("cluster", "shop")))
        .hasMessage(
            "3 usable ids or clusters are too few for method 'instrumental_forest': 0 of them choose the splits of a tree, and with min_node_size => 5 it takes 20. Use more ids or clusters.");
  }
}
