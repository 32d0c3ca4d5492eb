/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.jr.ob.JSON;
import io.whatif.math.Mix;
import io.whatif.model.CateModel;
import io.whatif.model.LearnedCate;
import io.whatif.model.LinearCate;
import io.whatif.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The methods that make effects of predictions of each arm, and the R-learner. */
class EffectMethodsTest {
  private static final int ROWS = 600;

  /** Sums run in another order, or of other units. */
  private static final Percentage SAME = Percentage.withPercentage(1e-6);

  /** Draws of which y = x0 + (1 + x0) d + noise. */
  private static Relations rows() {
    return rows(i -> i, 1, 0);
  }

  /** Which row stands at a place. */
  private interface Order {
    int at(int place);
  }

  private static Relations rows(Order order, double scale, double shift) {
    double[][] columns = new double[6][ROWS];
    String[] region = new String[ROWS];
    for (int i = 0; i < ROWS; i++) {
      int r = order.at(i);
      double x0 = Mix.normal(1, r);
      double x1 = Mix.normal(2, r);
      double d = Mix.uniform(3, r) < 1 / (1 + Math.exp(-.5 * x0)) ? 1 : 0;
      double y = x0 + .5 * x1 + (1 + x0) * d + .5 * Mix.normal(4, r);
      double[] row = {r, x0, x1, d, scale * y + shift, r % 5};
      for (int c = 0; c < row.length; c++) {
        columns[c][i] = row[c];
      }
      region[i] = List.of("north", "south", "west").get(r % 3);
    }
    Relations relation = new Relations();
    List<String> names = List.of("id", "x0", "x1", "d", "y", "fold");
    for (int c = 0; c < columns.length; c++) {
      relation.with(names.get(c), columns[c]);
    }
    return relation.withText("region", region);
  }

  private static Map<String, @Nullable Object> arguments(String method, Object... more) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "d");
    int colon = method.indexOf(':');
    a.put("method", colon < 0 ? method : method.substring(0, colon));
    a.put("features", List.of("x0", "x1"));
    a.put("controls", List.of());
    a.put("outcome_learner", "ridge(alpha=1)");
    a.put("treatment_learner", "logistic(c=1)");
    a.put("id", "id");
    a.put("reps", 2);
    if (colon >= 0) {
      a.put("final", method.substring(colon + 1));
    }
    for (int i = 0; i < more.length; i += 2) {
      a.put(more[i].toString(), more[i + 1]);
    }
    return a;
  }

  private static StoredModel fit(Relations relation, Map<String, @Nullable Object> arguments) {
    Map<String, @Nullable Object> a = new HashMap<>(arguments);
    a.put("model", "m");
    return relation.fit(a);
  }

  private static double[] effects(CateModel model, double[]... features) {
    double[] effects = new double[features[0].length];
    model.effect(features, effects.length, effects);
    return effects;
  }

  private static double number(@Nullable Object value) {
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  @Test
  void theDoublyRobustAverageIsThatOfDoubleMl() throws IOException {
    // DoubleML 0.12.0 IRM, Ridge(1) in each arm, LogisticRegression(C = 1) converged, five given
    // folds, clip .01: both sides solve the same equations in double precision, so 1e-8
    Map<String, Object> golden =
        JSON.std.mapFrom(
            Files.readString(
                Relations.shared("reference/golden/econml_doubleml_statsmodels.json")));
    Map<?, ?> expected = (Map<?, ?>) golden.get("doubleml_notebook_tight");
    Relations relation = Relations.read(Relations.shared("data/notebook.csv"), ",");
    double[] fold = new double[relation.rows()];
    Arrays.setAll(fold, i -> Math.floorDiv(i, 200));
    relation.with("fold", fold);
    Map<String, @Nullable Object> a = arguments("dr", "treatment", "t", "averages", true);
    a.put("features", List.of());
    a.put("controls", List.of("age", "engagement"));
    a.put("cov", "HC0");
    a.put("fold", "fold");
    a.remove("id");
    a.remove("reps");
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    List<String> names = List.of("irm_ate", "irm_ate", "irm_atte");
    for (int r = 0; r < 3; r++) {
      Map<?, ?> wanted = (Map<?, ?>) expected.get(names.get(r));
      double value = number(wanted.get("coef"));
      double error = number(wanted.get("se"));
      assertThat(number(rows.get(r).get("estimate"))).isCloseTo(value, within(1e-8 * value));
      assertThat(number(rows.get(r).get("std_error"))).isCloseTo(error, within(1e-8 * error));
    }
  }

  @Test
  void theRLearnerByLeastSquaresIsLinearDml() {
    List<Map<String, @Nullable Object>> expected =
        rows().call("dml_summary", arguments("linear_dml", "averages", true));
    assertThat(rows().call("dml_summary", arguments("r:ols", "averages", true)))
        .isEqualTo(expected);
    // left out, the effect is fitted as outcomes are: here by least squares
    assertThat(
            rows()
                .call(
                    "dml_summary",
                    arguments("r", "averages", true, "outcome_learner", "ols", "cov", "HC1")))
        .isEqualTo(
            rows()
                .call(
                    "dml_summary",
                    arguments(
                        "linear_dml", "averages", true, "outcome_learner", "ols", "cov", "HC1")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dr", "dr:spline", "s", "t", "x", "r"})
  void theOrderOfRowsAndTheThreadsMakeNoDifference(String method) {
    int[] shuffled = IntStream.range(0, ROWS).toArray();
    Random random = new Random(5);
    for (int i = ROWS - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = kept;
    }
    Map<String, @Nullable Object> a = arguments(method, "averages", true);
    List<Map<String, @Nullable Object>> rows = rows().call("dml_summary", a);
    assertThat(rows(i -> shuffled[i], 1, 0).call("dml_summary", a)).isEqualTo(rows);
    FunctionDescriptor function = Catalog.find("dml_summary").orElseThrow();
    assertThat(
            function
                .body(Body.Summary.class)
                .orElseThrow()
                .answer(Relations.run(7), rows().table(), Arguments.of(function, a))
                .rows())
        .isEqualTo(rows);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dr", "dr:spline", "s", "t", "x", "r"})
  void scalingTheOutcomeScalesEffectsAndShiftingItDoesNot(String method) {
    // of ridge the effect of s is the same for every row, and ranks of it are of rounding
    String learner = method.equals("s") ? "spline" : "ridge(alpha=1)";
    Map<String, @Nullable Object> a = arguments(method, "outcome_learner", learner);
    StoredModel plain = fit(rows(), a);
    StoredModel scaled = fit(rows(i -> i, 10, 700), a);
    for (String figure : List.of("estimate", "std_error", "top_fifth_effect", "bottom_fifth_se")) {
      assertThat(number(scaled.report().get(figure)))
          .as(figure)
          .isCloseTo(10 * number(plain.report().get(figure)), SAME);
    }
    double[] x0 = {-1, 0, 1.5};
    double[] x1 = {0, 1, -1};
    double[] effects = effects(plain.model(), x0, x1);
    double[] larger = effects(scaled.model(), x0, x1);
    for (int i = 0; i < effects.length; i++) {
      assertThat(larger[i]).isCloseTo(10 * effects[i], SAME);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dr", "dr:spline", "s", "t", "x", "r"})
  void exchangingTheArmsTurnsTheSign(String method) {
    StoredModel plain = fit(rows(), arguments(method));
    StoredModel turned = fit(rows(), arguments(method, "control", "1"));
    assertThat(number(turned.report().get("estimate")))
        .isCloseTo(-number(plain.report().get("estimate")), SAME);
    double[] x0 = {-1, 0, 1.5};
    double[] x1 = {0, 1, -1};
    double[] effects = effects(plain.model(), x0, x1);
    double[] other = effects(turned.model(), x0, x1);
    for (int i = 0; i < effects.length; i++) {
      assertThat(other[i]).isCloseTo(-effects[i], SAME);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dr:spline", "s", "t", "x", "r"})
  void anEffectByALearnerHasNoInterval(String method) {
    StoredModel model = fit(rows(), arguments(method));
    assertThat(model.model()).isInstanceOf(LearnedCate.class);
    double[] errors = new double[2];
    model.model().standardError(new double[][] {{0, 1}, {0, 1}}, 2, errors);
    assertThat(errors).containsOnly(Double.NaN);
    assertThat(model.report().get("warnings").toString()).contains("no_valid_interval");
    assertThat(model.summary())
        .extracting(row -> row.get("term"))
        .containsExactly("average effect", "average effect on the treated", "heterogeneity");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dr", "dr:spline", "t", "x", "r", "s"})
  void theEffectIsFound(String method) {
    String learner = method.equals("s") ? "spline" : "ridge(alpha=1)";
    Relations rows = rows();
    StoredModel model = fit(rows, arguments(method, "outcome_learner", learner));
    double[] effects = effects(model.model(), rows.column("x0"), rows.column("x1"));
    double squares = 0;
    for (int i = 0; i < effects.length; i++) {
      double off = effects[i] - 1 - rows.column("x0")[i];
      squares += off * off / effects.length;
    }
    // the effect's own standard deviation is 1
    assertThat(Math.sqrt(squares)).isLessThan(.3);
  }

  @ParameterizedTest
  @CsvSource({"s", "t", "x", "r", "dr:spline", "dr"})
  void theEffectIsAFunctionOfTheFeaturesAlone(String method) {
    StoredModel model =
        fit(
            rows(),
            arguments(method, "features", List.of("x0"), "controls", List.of("x1", "region")));
    assertThat(model.model().features()).extracting(f -> f.name()).containsExactly("x0");
    double[] effects = effects(model.model(), new double[] {-1, 1});
    if (!method.equals("s")) { // of ridge: the same effect for every row
      assertThat(effects[0]).isCloseTo(0, within(.35));
      assertThat(effects[1]).isCloseTo(2, within(.35));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dr", "dr:spline", "s", "t", "x", "r"})
  void theOrderOfFeaturesIsThatOfTheCall(String method) {
    StoredModel one = fit(rows(), arguments(method, "features", List.of("region", "x1", "x0")));
    StoredModel other = fit(rows(), arguments(method, "features", List.of("x0", "region", "x1")));
    double[] region = {0, 1, 2, 3, Double.NaN};
    double[] x0 = {-1, 0, 1.5, 0, 0};
    double[] x1 = {0, 1, -1, 0, 0};
    double[] effects = effects(one.model(), region, x1, x0);
    double[] same = effects(other.model(), x0, region, x1);
    for (int i = 0; i < 3; i++) {
      assertThat(same[i]).isCloseTo(effects[i], SAME);
    }
    assertThat(effects[3]).as("a category that was not seen").isNaN();
    assertThat(effects[4]).as("NULL").isNaN();
    double[] support = new double[5];
    one.model().support(new double[][] {region, x1, new double[] {-1, 0, 99, 0, 0}}, 5, support);
    assertThat(support[0]).isEqualTo(1);
    assertThat(support[2]).isEqualTo(0);
    assertThat(support[3]).isEqualTo(0);
    assertThat(support[4]).isNaN();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dr", "dr:spline", "s", "t", "x", "r"})
  void rowsWithoutAFeatureLeaveTheEffectAndTheAverage(String method) {
    Relations rows = rows();
    for (int i = 0; i < ROWS; i += 10) {
      rows.column("x1")[i] = Double.NaN;
    }
    StoredModel left = fit(rows, arguments(method));
    assertThat(left.report().get("n_effect")).isEqualTo((long) ROWS - ROWS / 10);
    assertThat(left.report().get("estimand")).isEqualTo("ATE among rows with all features");
    assertThat(effects(left.model(), new double[] {1}, new double[] {Double.NaN})[0]).isNaN();
    StoredModel imputed = fit(rows, arguments(method, "feature_nulls", "impute"));
    assertThat(imputed.report().get("n_effect")).isEqualTo((long) ROWS);
    assertThat(effects(imputed.model(), new double[] {1}, new double[] {Double.NaN})[0]).isNotNaN();
    assertThat(effects(imputed.model(), new double[] {Double.NaN}, new double[] {1})[0]).isNaN();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dr", "dr:ridge(alpha=1)", "s", "t", "x", "r"})
  void rowsOfWeightZeroAreAsIfTheyWereNotThere(String method) {
    boolean[] keep = new boolean[ROWS];
    double[] weight = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      keep[i] = i % 4 != 0;
      weight[i] = keep[i] ? 1 : 0;
    }
    Map<String, @Nullable Object> a =
        arguments(method, "fold", "fold", "averages", true, "cov", "HC0");
    a.remove("reps");
    List<Map<String, @Nullable Object>> kept = rows().where(keep).call("dml_summary", a);
    a.put("weight", "weight");
    List<Map<String, @Nullable Object>> weighted =
        rows().with("weight", weight).call("dml_summary", a);
    assertThat(weighted).hasSameSizeAs(kept);
    for (int r = 0; r < kept.size(); r++) {
      if (!"test".equals(kept.get(r).get("kind")) || method.equals("dr")) {
        assertThat(number(weighted.get(r).get("estimate")))
            .isCloseTo(number(kept.get(r).get("estimate")), SAME);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dr", "r:ols"})
  void unitsOfCoefficientsAreAsAskedFor(String method) {
    Relations rows = rows();
    LinearCate plain = (LinearCate) fit(rows, arguments(method)).model();
    List<Map<String, @Nullable Object>> told =
        rows().call("dml_summary", arguments(method, "per", "sd", "center", true));
    double mean = Arrays.stream(rows.column("x0")).average().orElseThrow();
    double sd =
        Math.sqrt(Arrays.stream(rows.column("x0")).map(x -> (x - mean) * (x - mean)).sum() / ROWS);
    assertThat(number(told.get(1).get("estimate"))).isCloseTo(sd * plain.coefficients()[1], SAME);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t|per|sd|dml_summary: per => 'sd': method 't' fits the effect by a learner and has no coefficients. Leave it out, or use method => 'dr' with final => 'ols'.",
        "dr|clip|0.5|dml_summary: clip => 0.5: must lie between 0 and 0.5, such as 0.01.",
        "dr:logit|level|0.9|dml_summary: final => 'logit': logit predicts the chance of a 0/1 column, and this one is not. Use spline, ridge(alpha=1) or ols.",
        "x:forrest|level|0.9|dml_summary: final => 'forrest': there is no such learner. Did you mean forest?",
        "s|treatment|x1|dml_summary: treatment => 'x1': column is continuous and method 's' compares arms. Use method => 'linear_dml', or a column with a few values.",
        "r|treatment|x1|dml_summary: treatment => 'x1': column is continuous, and method 'r' takes two values unless final => 'ols'. Say final => 'ols', or use method => 'linear_dml'.",
        "r|clip|0.1|dml_summary: clip => 0.1: method 'r' does not take it, but dr, s, t, x. Leave it out, or change the method.",
      })
  void whatCannotBeDoneIsToldInOneLine(
      String method, String argument, String value, String message) {
    Map<String, @Nullable Object> a = arguments(method);
    a.put(argument, value.matches("[0-9.]+") ? Double.valueOf(value) : value);
    if (argument.equals("treatment")) {
      a.put("features", List.of("x0"));
    }
    assertThatThrownBy(() -> rows().call("dml_summary", a))
        .hasMessage(message.substring("dml_summary: ".length()));
  }

  @Test
  void anArmThatLiesInOneFoldIsNamed() {
    Relations rows = rows();
    for (int i = 0; i < ROWS; i++) {
      rows.column("d")[i] = i % 5 == 2 ? i % 2 : 0;
    }
    Map<String, @Nullable Object> a = arguments("dr", "fold", "fold");
    a.remove("reps");
    assertThatThrownBy(() -> rows.call("dml_summary", a))
        .hasMessage(
            "treatment => 'd': arm '1' has no rows outside fold 3 of 5, so its outcome cannot be predicted there. Use fewer folds, or more rows of the arm.");
  }
}
