/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.whatif.model.ForestCate;
import io.whatif.model.KeptRows;
import io.whatif.model.ModelCodec;
import io.whatif.model.StoredModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code cate_merge}: forests fitted apart become one. */
final class CateMergeTest {
  static final int ROWS = 2_000;
  private static final String RULE =
      " Forests merge if they are fitted to the same rows with the same arguments but seed, trees and first_tree.";

  static StoredModel fit(Relations relation, String name, Object... more) {
    Map<String, @Nullable Object> arguments = CausalForestTest.arguments("reps", 1L);
    arguments.put("model", name);
    for (int i = 0; i < more.length; i += 2) {
      arguments.put((String) more[i], more[i + 1]);
    }
    return relation.fit(arguments);
  }

  static StoredModel fit(String name, Object... more) {
    return fit(Steps.of(ROWS, 1).relation(), name, more);
  }

  static StoredModel merge(StoredModel... models) {
    FunctionDescriptor function = Catalog.find("cate_merge").orElseThrow();
    Map<String, @Nullable Object> arguments = new HashMap<>();
    arguments.put("model", "merged");
    arguments.put("models", Arrays.stream(models).map(StoredModel::name).toList());
    StoredModel merged =
        function
            .body(Body.Merge.class)
            .orElseThrow()
            .merged(List.of(models), Arguments.of(function, arguments));
    return ModelCodec.decode("merged", ModelCodec.encode(merged));
  }

  private static StoredModel readBack(StoredModel model) {
    return ModelCodec.decode("merged", ModelCodec.encode(model));
  }

  private static double[][] scored(StoredModel model) {
    double[][] features = Steps.of(500, 2).features();
    double[][] scored = new double[2][features[0].length];
    model.model().effect(features, scored[0].length, scored[0]);
    model.model().standardError(features, scored[0].length, scored[1]);
    return scored;
  }

  @Test
  void treesGrownApartMakeTheForestGrownAtOnce() {
    StoredModel merged =
        merge(
            fit("a", "trees", 40L),
            fit("b", "trees", 60L, "first_tree", 40L),
            fit("c", "trees", 20L, "first_tree", 100L));
    StoredModel once = fit("all", "trees", 120L);
    assertThat(scored(merged)).isDeepEqualTo(scored(once));
    KeptRows kept = merged.kept().rows().get(0);
    KeptRows all = once.kept().rows().get(0);
    assertThat(kept.repetitions()).hasSize(1);
    assertThat(kept.bag()).isNotNull();
    assertThat(java.util.Objects.requireNonNull(kept.bag()).trees())
        .isEqualTo(java.util.Objects.requireNonNull(all.bag()).trees());
    for (int i = 0; i < ROWS; i++) {
      // Sums of forests are rounded once each.
      assertThat(kept.effect()[i]).isCloseTo(all.effect()[i], within(1e-11));
    }
    for (String figure :
        List.of(
            "estimate", "std_error", "n", "e_min", "outcome_r2", "n_effect", "robustness_value")) {
      assertThat(number(merged, figure)).as(figure).isCloseTo(number(once, figure), within(1e-11));
    }
    for (String figure : List.of("n_effective", "top10_shift")) {
      assertThat(number(merged, figure))
          .as(figure)
          .isCloseTo(
              number(once, figure), withinPercentage(1e-8)); // effects are rounded, see above
    }
    assertThat(merged.report().get("learners")).isEqualTo(once.report().get("learners"));
    assertThat(merged.report().get("heterogeneity_p")).isNull();
    averagesAreOf(merged, once);
    assertThat(merged.provenance().get("merged")).isEqualTo(List.of("a", "b", "c"));
    assertThatThrownBy(() -> Relations.report(merged, "calibration_test"))
        .hasMessage(
            "model 'merged' was merged of forests, of which such a test is not kept. Fit one with as many trees.");
  }

  /** The rows of dml_summary are those of the forest grown at once, but for the test. */
  private static void averagesAreOf(StoredModel merged, StoredModel once) {
    for (int i = 0; i < 2; i++) {
      Map<String, @Nullable Object> row = merged.summary().get(i);
      Map<String, @Nullable Object> own = readBack(once).summary().get(i);
      assertThat(row.get("n")).isEqualTo(own.get("n"));
      assertThat(row.get("estimand")).isEqualTo(own.get("estimand"));
      assertThat((Double) row.get("estimate"))
          .isCloseTo((Double) own.get("estimate"), within(1e-11));
    }
    assertThat(merged.summary().get(2)).containsEntry("kind", "test");
    assertThat(merged.summary().get(2).get("n")).isNull();
    assertThat(merged.summary().get(2).get("df")).isNull();
  }

  static double number(StoredModel model, String figure) {
    return model.report().get(figure) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  @Test
  void otherSeedsAreFurtherTreesAndRepetitions() {
    StoredModel a = fit("a", "trees", 200L);
    StoredModel b = fit("b", "trees", 200L, "seed", 7L);
    StoredModel merged = merge(a, b);
    KeptRows kept = merged.kept().rows().get(0);
    assertThat(kept.repetitions()).hasSize(2);
    assertThat(((ForestCate) merged.model()).forest().trees()).hasSize(400);
    double[] apart = new double[500];
    double[][] one = scored(a);
    double[][] two = scored(b);
    Arrays.setAll(apart, i -> (one[0][i] + two[0][i]) / 2);
    double[] together = scored(merged)[0];
    double[] tau = Steps.of(500, 2).tau();
    double squares = 0;
    double ofOne = 0;
    for (int i = 0; i < apart.length; i++) {
      squares += (together[i] - tau[i]) * (together[i] - tau[i]);
      ofOne +=
          ((one[0][i] - tau[i]) * (one[0][i] - tau[i])
                  + (two[0][i] - tau[i]) * (two[0][i] - tau[i]))
              / 2;
      // A forest's effect is a ratio of means, so that of both is not the mean of two effects.
      assertThat(together[i]).isCloseTo(apart[i], within(0.05));
    }
    assertThat(squares).as("more trees are better").isLessThan(ofOne);
  }

  @Test
  void rescaledTreesSayWhatTheySaidInTheirOwnUnits() {
    Steps steps = Steps.of(ROWS, 1);
    double[] y = Arrays.stream(steps.relation().column("y")).map(v -> 8 * v).toArray();
    StoredModel a = fit("a", "trees", 100L, "seed", 9L);
    StoredModel b = fit(steps.relation().with("y", y).with("id", others()), "b", "trees", 100L);
    // The second is of an outcome in an eighth of the unit: merging keeps what its trees say of it.
    double[] together = scored(merge(b, a))[0];
    double[] other = scored(merge(a, b))[0];
    for (int i = 0; i < other.length; i++) {
      assertThat(other[i]).isCloseTo(together[i], within(2e-3));
    }
  }

  @Test
  void eachArmIsMerged() {
    Steps steps = Steps.of(ROWS, 7);
    String[] arm = new String[ROWS];
    Arrays.setAll(arm, i -> List.of("a none", "email", "post").get(i * 7 % 3));
    Relations relation = steps.relation().withText("arm", arm);
    Object[] arms = {"treatment", "arm", "control", "a none", "trees", 20L};
    StoredModel merged =
        merge(
            fit(relation, "a", arms),
            fit(
                relation,
                "b",
                "treatment",
                "arm",
                "control",
                "a none",
                "trees",
                20L,
                "first_tree",
                20L));
    assertThat(merged.reports()).hasSize(2);
    assertThat(merged.kept().rows()).hasSize(2);
    StoredModel once = fit(relation, "all", "treatment", "arm", "control", "a none", "trees", 40L);
    for (int k = 0; k < 2; k++) {
      assertThat((Double) merged.reports().get(k).get("estimate"))
          .isCloseTo((Double) once.reports().get(k).get("estimate"), within(1e-11));
    }
  }

  /** A model of two forests, the second of the same rows under other ids. */
  static StoredModel mergedOfRowsThatDiffer() {
    return merge(
        fit("a", "trees", 60L),
        fit(
            Steps.of(ROWS, 1).relation().with("id", others()),
            "b",
            "trees",
            60L,
            "first_tree",
            60L));
  }

  /** Ids of other rows. */
  private static double[] others() {
    return Arrays.stream(Steps.of(ROWS, 1).relation().column("id")).map(i -> i + ROWS).toArray();
  }

  @Test
  void rowsThatDifferAreNotKept() {
    StoredModel merged = mergedOfRowsThatDiffer();
    assertThat(merged.kept().rows()).isEmpty();
    assertThat(merged.report().get("estimate")).isEqualTo(Double.NaN);
    assertThat(String.valueOf(merged.report().get("warnings"))).contains("rows_dropped");
    assertThat(merged.report().get("verdict")).isEqualTo("caution");
    assertThatThrownBy(() -> Relations.report(merged, "cate_oob"))
        .hasMessage(
            "model 'merged' keeps no rows: it was merged of forests of rows that differ, ['a', 'b']. Merge forests of the same rows.");
  }

  @Test
  void otherOutcomesOfTheSameRowsAreRefused() {
    Steps steps = Steps.of(ROWS, 1);
    double[] y = Arrays.stream(steps.relation().column("y")).map(v -> -v).toArray();
    Relations turned = steps.relation().with("y", y);
    for (Object id : new Object[] {"id", null}) {
      refused(
          "models 'a' and 'b' differ in the outcome of the same rows." + RULE,
          fit("a", "trees", 10L, "id", id, "controls", Steps.FEATURES),
          fit(turned, "b", "trees", 10L, "seed", 7L, "id", id, "controls", Steps.FEATURES));
    }
    Relations again = Steps.of(ROWS, 1).relation();
    double[] t = again.column("t").clone();
    t[5] = 1 - t[5];
    refused(
        "models 'a' and 'b' differ in the treatment of the same rows." + RULE,
        fit("a", "trees", 10L),
        fit(again.with("t", t), "b", "trees", 10L, "seed", 7L));
  }

  @Test
  void otherArgumentsAreRefused() {
    StoredModel a = fit("a", "trees", 10L);
    refused(
        "models 'a' and 'b' differ in their min_node_size, 5 and 20." + RULE,
        a,
        fit("b", "trees", 10L, "seed", 7L, "min_node_size", 20L));
    refused(
        "models 'a' and 'b' differ in their honesty, true and false." + RULE,
        a,
        fit("b", "trees", 10L, "seed", 7L, "honesty", false));
    refused(
        "models 'a' and 'b' differ in their controls, [] and ['w']." + RULE,
        fit("a", "trees", 10L, "controls", List.of()),
        fit(
            Steps.of(ROWS, 1).relation().with("w", new double[ROWS]),
            "b",
            "trees",
            10L,
            "seed",
            7L,
            "controls",
            List.of("w")));
    double[] household = new double[ROWS];
    Arrays.setAll(household, i -> Math.floor(i / 4.0));
    refused(
        "models 'a' and 'b' differ in their cluster, none and 'household'." + RULE,
        a,
        fit(
            Steps.of(ROWS, 1).relation().with("household", household),
            "b",
            "trees",
            10L,
            "seed",
            7L,
            "cluster",
            "household"));
    // What is given as it would be is no difference.
    assertThat(merge(a, fit("b", "trees", 10L, "first_tree", 10L, "min_node_size", 5L)).report())
        .containsEntry("model", "merged");
  }

  private static StoredModel instrumental(String name, Object... more) {
    Map<String, @Nullable Object> arguments = InstrumentalForestTest.arguments(more);
    arguments.put("model", name);
    return Encouraged.of(ROWS, 1).relation().fit(arguments);
  }

  @Test
  void instrumentalForestsOfASeedKeepTheirAverage() {
    StoredModel a = instrumental("a", "trees", 60L);
    StoredModel b = instrumental("b", "trees", 40L, "first_tree", 60L);
    StoredModel once = instrumental("all", "trees", 100L);
    StoredModel merged = merge(a, b);
    for (String figure : List.of("estimate", "std_error", "ci_lower", "ci_upper", "n", "verdict")) {
      assertThat(merged.report().get(figure)).as(figure).isEqualTo(once.report().get(figure));
    }
    assertThat(merged.report().get("learners")).isEqualTo(once.report().get("learners"));
    assertThat(String.valueOf(merged.summary()))
        .isEqualTo(String.valueOf(readBack(once).summary()));
    double[][] features = Encouraged.of(200, 2).features();
    double[] together = new double[200];
    double[] apart = new double[200];
    merged.model().effect(features, 200, together);
    once.model().effect(features, 200, apart);
    assertThat(together).isEqualTo(apart);
    assertThatThrownBy(() -> Relations.report(merged, "cate_oob"))
        .hasMessage(
            "model 'merged' keeps no rows: an instrumental forest keeps no scores. Its average is in dml_summary('merged'); cate_population('merged', TABLE name) averages its effects over rows.");
    refused(
        "models 'a' and 'b' are instrumental forests, which keep no rows, and their averages differ, so that these cannot be joined. Fit both to the same rows with the same arguments and seed, and another first_tree.",
        a,
        instrumental("b", "trees", 40L, "seed", 7L));
  }

  @Test
  void whatDoesNotMergeIsTold() {
    StoredModel a = fit("a", "trees", 10L);
    refused("models => ['a']: name two forests or more.", a);
    refused(
        "model 'a' has a tree that is among the others: of the same seed and number it counts once. Fit it with another seed or first_tree.",
        a,
        a);
    refused(
        "model 'b' has a tree that is among the others: of the same seed and number it counts once. Fit it with another seed or first_tree.",
        a,
        fit("b", "trees", 10L, "first_tree", 8L));
    refused(
        "models 'a' and 'b' differ in their methods, 'causal_forest' and 'linear_dml'." + RULE,
        a,
        fit("b", "method", "linear_dml", "trees", null));
    refused(
        "models 'a' and 'b' differ in their outcome, 'y' and 'x9'." + RULE,
        a,
        fit("b", "trees", 10L, "outcome", "x9", "features", List.of("x0", "x1")));
    refused(
        "models 'a' and 'b' differ in their features or what these hold." + RULE,
        a,
        fit("b", "trees", 10L, "features", List.of("x0", "x1")));
    refused(
        "models 'a' and 'b' differ in their level." + RULE,
        a,
        fit("b", "trees", 10L, "level", 0.9, "seed", 9L));
    refused(
        "models 'a' and 'b' differ in the thresholds of x0, so that they are of other rows." + RULE,
        a,
        fit(Steps.of(ROWS, 2).relation(), "b", "trees", 10L));
    double[] weight = new double[ROWS];
    Arrays.setAll(weight, i -> 1 + i % 2);
    refused(
        "models 'a' and 'b' differ in their weight, none and 'w'." + RULE,
        a,
        fit(Steps.of(ROWS, 1).relation().with("w", weight), "b", "trees", 10L, "weight", "w"));
    StoredModel linear = fit("a", "method", "linear_dml", "trees", null);
    refused(
        "model 'a' is no forest: its method is 'linear_dml'. Only forests that were fitted without partition_by merge.",
        linear,
        linear);
    assertThatThrownBy(() -> fit("b", "trees", 10L, "first_tree", 3L))
        .hasMessage("first_tree => 3: must be an even number of 0 or more, such as 2000.");
  }

  private static void refused(String message, StoredModel... models) {
    assertThatThrownBy(() -> merge(models)).hasMessage(message);
  }
}
