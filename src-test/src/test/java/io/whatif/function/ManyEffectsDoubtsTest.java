/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.ManyEffectsStudy.alone;
import static io.whatif.function.ManyEffectsStudy.arguments;
import static io.whatif.function.ManyEffectsStudy.codes;
import static io.whatif.function.ManyEffectsStudy.relation;
import static io.whatif.function.ManyEffectsStudy.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.inference.Holm;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What several treatments and outcomes cannot bear, and is told. */
final class ManyEffectsDoubtsTest {
  /** What one pair cannot bear is its row's reason; the others are answered. */
  @Test
  void pairsThatCannotBeEstimatedSayWhy() {
    int n = 1000;
    Relations relation = relation(7, n);
    double[] constant = new double[n];
    double[] rare = new double[n];
    rare[17] = 1;
    double[] missing = relation.column("a1").clone();
    for (int i = 0; i < 100; i++) {
      missing[i] = Double.NaN;
    }
    String[] arms = new String[n];
    for (int i = 0; i < n; i++) {
      arms[i] = List.of("no", "one", "two").get(Mix.bucket(3, i, 3));
    }
    relation
        .with("constant", constant)
        .with("rare", rare)
        .with("missing", missing)
        .withText("arms", arms)
        .with("flat", new double[n]);
    Map<String, @Nullable Object> a = arguments();
    a.put("treatment", List.of("constant", "rare", "missing", "arms", "a0"));
    a.put("outcome", List.of("y", "flat"));
    a.put("reps", 1);
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    assertThat(rows.stream().map(r -> r.get("treatment") + " on " + r.get("outcome")).toList())
        .containsExactly(
            "constant on y",
            "constant on flat",
            "rare on y",
            "rare on flat",
            "missing on y",
            "missing on flat",
            "arms on y",
            "arms on y",
            "arms on flat",
            "a0 on y",
            "a0 on flat");
    assertThat(message(rows.get(0)))
        .isEqualTo(
            "treatment => 'constant': column has only the value 0 in the usable rows. It must differ between rows.");
    assertThat(message(rows.get(2))).startsWith("column 'rare' has no treated rows outside fold");
    assertThat(message(rows.get(5)))
        .isEqualTo(
            "outcome => 'flat': column has only one value in the usable rows. It must differ between rows.");
    for (int refused : new int[] {0, 1, 2, 3, 5, 8, 10}) {
      assertThat(rows.get(refused).get("estimate")).isNull();
      assertThat(codes(rows.get(refused))).contains("pair_refused");
    }
    // the column with NULLs has its own rows, and is what it is alone
    assertThat(rows.get(4).get("n")).isEqualTo(900L);
    assertThat(value(rows.get(4), "estimate"))
        .isEqualTo(value(alone(relation, a, "missing", "y").get(0), "estimate"));
    assertThat(rows.get(6).get("contrast")).isEqualTo("no -> one");
    assertThat(rows.get(9).get("n")).isEqualTo(1000L);
    double[] p = rows.stream().mapToDouble(row -> value(row, "p_value")).toArray();
    assertThat(value(rows.get(9), "p_adjusted")).isEqualTo(Holm.adjust(p)[9]);
  }

  private static String message(Map<String, @Nullable Object> row) {
    return row.get("warnings") instanceof List<?> list
        ? String.valueOf(((Map<?, ?>) list.get(0)).get("message"))
        : "";
  }

  @Test
  void mistakesInListsAreNamed() {
    Relations relation = relation(12, 100);
    Map<String, @Nullable Object> a = arguments();
    refused(
        relation,
        a,
        "treatment",
        List.of("a0", "y"),
        "treatment => 'y': is an outcome as well. Leave it out here.");
    refused(
        relation,
        a,
        "treatment",
        List.of("a0", "a9"),
        "treatment => 'a9': the relation has no such column. Did you mean a0?");
    refused(
        relation,
        a,
        "treatment",
        "COLUMNS(^action_)",
        "treatment => 'COLUMNS(^action_)': no column of the relation matches. It has a0, a1, a2, a3, a4, a5, y, z, id, x0, x1, x2.");
    refused(
        relation,
        a,
        "treatment",
        List.of(),
        "treatment => []: names no column. Name at least one.");
    refused(
        relation,
        a,
        "features",
        List.of("a1"),
        "features => 'a1': is a treatment as well. Leave it out here.");
    refused(
        relation,
        a,
        "controls",
        List.of("x0", "y"),
        "controls => 'y': is an outcome as well. Leave it out here.");
    refused(
        relation,
        a,
        "partition_by",
        List.of("a1"),
        "partition_by => 'a1': is the treatment as well. Leave it out here.");
    Map<String, @Nullable Object> joint = new HashMap<>(a);
    joint.put("joint", true);
    refused(
        relation,
        joint,
        "method",
        "dr",
        "joint => true: pairs that are estimated each by itself have no common rows. Leave it out.");
    refused(
        relation,
        joint,
        "inference",
        "bootstrap",
        "joint => true: joint intervals come from the estimates' formulas, not from resamples. Leave out joint or inference.");
    Map<String, @Nullable Object> one = new HashMap<>(a);
    one.put("treatment", "a0");
    one.put("outcome", "y");
    one.put("p_adjust", "romano-wolf");
    refused(
        relation,
        one,
        "method",
        "t",
        "p_adjust => 'romano-wolf': method 't' does not know the joint law of its rows. Leave it out.");
  }

  private static void refused(
      Relations relation,
      Map<String, @Nullable Object> arguments,
      String name,
      Object value,
      String message) {
    Map<String, @Nullable Object> a = new HashMap<>(arguments);
    a.put(name, value);
    assertThatThrownBy(() -> relation.call("dml_summary", a)).hasMessage(message);
  }

  @Test
  void manyTreatmentsAreToldHowTheyArePredicted() {
    int n = 300;
    Relations relation = new Relations();
    double[] x = new double[n];
    Arrays.setAll(x, i -> Mix.normal(1, i));
    double[] y = new double[n];
    Arrays.setAll(y, i -> x[i] + Mix.normal(2, i));
    relation.with("x", x).with("y", y);
    List<String> treatments = new ArrayList<>();
    for (int t = 0; t < 21; t++) {
      long stream = 10L + t;
      double[] a = new double[n];
      Arrays.setAll(a, i -> Mix.uniform(stream, i) < .5 ? 1 : 0);
      relation.with("a" + t, a);
      treatments.add("a" + t);
    }
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", treatments);
    a.put("controls", List.of("x"));
    a.put("outcome_learner", "linear");
    a.put("reps", 1);
    String told = String.valueOf(relation.call("dml_summary", a).get(0).get("warnings"));
    assertThat(told).contains("linear_treatments").contains("give spline or gbt");
    a.put("treatment_learner", "linear");
    assertThat(String.valueOf(relation.call("dml_summary", a).get(0).get("warnings")))
        .doesNotContain("linear_treatments");
  }

  /** e = sigma(2 x0 x1), y = 1.5 x0 x1 + t + N(0, 1): a linear propensity shrinks the effect. */
  @Test
  void whatLinearPropensitiesMissIsTold() {
    int n = 3000;
    double[] x0 = new double[n];
    double[] x1 = new double[n];
    double[] t = new double[n];
    double[] lot = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      x0[i] = Mix.normal(1, i);
      x1[i] = Mix.normal(2, i);
      t[i] = Mix.uniform(3, i) < 1 / (1 + Math.exp(-2 * x0[i] * x1[i])) ? 1 : 0;
      lot[i] = Mix.uniform(4, i) < .5 ? 1 : 0;
      y[i] = 1.5 * x0[i] * x1[i] + t[i] + Mix.normal(5, i);
    }
    Relations relation = new Relations().with("y", y).with("t", t).with("lot", lot);
    relation.with("x0", x0).with("x1", x1);
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", List.of("t", "lot"));
    a.put("controls", List.of("x0", "x1"));
    a.put("outcome_learner", "spline");
    a.put("treatment_learner", "linear");
    a.put("reps", 1);
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    assertThat(String.valueOf(rows.get(0).get("warnings"))).contains("nuisance_misfit");
    assertThat(String.valueOf(rows.get(1).get("warnings"))).doesNotContain("nuisance_misfit");
  }
}
