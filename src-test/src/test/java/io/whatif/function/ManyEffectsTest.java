/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.whatif.inference.BenjaminiHochberg;
import io.whatif.inference.Holm;
import io.whatif.math.Mix;
import io.whatif.math.Normal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls with several treatments and outcomes. */
class ManyEffectsTest {
  private static final int ACTIONS = 6;

  /** a0..a4 are binary, a5 is continuous; every second one moves y, none moves z. */
  private static Relations relation(long seed, int n) {
    Relations relation = new Relations();
    double[][] x = new double[3][n];
    double[] y = new double[n];
    double[] z = new double[n];
    double[] id = new double[n];
    for (int i = 0; i < n; i++) {
      id[i] = 7.0 * i + 3;
      for (int c = 0; c < 3; c++) {
        x[c][i] = Mix.normal(Mix.mix(seed, c), i);
      }
      y[i] = x[0][i] + .5 * x[1][i] + Mix.normal(Mix.mix(seed, 11), i);
      z[i] = x[2][i] + Mix.normal(Mix.mix(seed, 12), i) + .5 * Mix.normal(Mix.mix(seed, 11), i);
    }
    for (int a = 0; a < ACTIONS; a++) {
      double[] d = new double[n];
      for (int i = 0; i < n; i++) {
        double index = .6 * x[a % 3][i] - .4;
        d[i] =
            a == 5
                ? index + Mix.normal(Mix.mix(seed, 20 + a), i)
                : Mix.uniform(Mix.mix(seed, 20 + a), i) < CoverageStudy.sigmoid(index) ? 1 : 0;
        y[i] += a % 2 == 0 ? .4 * d[i] : 0;
      }
      relation.with("a" + a, d);
    }
    relation.with("y", y).with("z", z).with("id", id);
    for (int c = 0; c < 3; c++) {
      relation.with("x" + c, x[c]);
    }
    return relation;
  }

  private static Map<String, @Nullable Object> arguments() {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", List.of("y", "z"));
    a.put("treatment", "COLUMNS(^a[0-9]$)");
    a.put("controls", List.of("x0", "x1", "x2"));
    a.put("outcome_learner", "linear");
    a.put("treatment_learner", "linear");
    a.put("id", "id");
    return a;
  }

  private static List<Map<String, @Nullable Object>> alone(
      Relations relation, Map<String, @Nullable Object> all, String treatment, String outcome) {
    Map<String, @Nullable Object> one = new HashMap<>(all);
    one.put("treatment", treatment);
    one.put("outcome", outcome);
    return relation.call("dml_summary", one);
  }

  private static double value(Map<String, @Nullable Object> row, String column) {
    return row.get(column) instanceof Double value ? value : Double.NaN;
  }

  private static List<Map<String, @Nullable Object>> of(
      List<Map<String, @Nullable Object>> rows, String treatment, String outcome) {
    return rows.stream()
        .filter(r -> treatment.equals(r.get("treatment")) && outcome.equals(r.get("outcome")))
        .toList();
  }

  private static List<String> codes(Map<String, @Nullable Object> row) {
    List<String> codes = new ArrayList<>();
    if (row.get("warnings") instanceof List<?> list) {
      for (Object warning : list) {
        codes.add(String.valueOf(((Map<?, ?>) warning).get("code")));
      }
    }
    return codes;
  }

  /**
   * With an id the folds of a list are those of a call for one (arms of more than 500 rows), so
   * each pair is what it is alone: least squares to rounding, logistic treatments to the 1e-8 of
   * few rows.
   */
  @ParameterizedTest
  @CsvSource({"ols, ols, false, 1e-9", "linear, linear, true, 1e-7", "spline, linear, true, 1e-7"})
  void aPairIsWhatItIsAlone(
      String outcomeLearner, String treatmentLearner, boolean features, double tolerance) {
    Relations relation = relation(1, 3000);
    Map<String, @Nullable Object> a = arguments();
    a.put("outcome_learner", outcomeLearner);
    a.put("treatment_learner", treatmentLearner);
    a.put("averages", true);
    a.put("reps", 2);
    if (features) {
      a.put("features", List.of("x0"));
      a.put("center", true);
    }
    List<Map<String, @Nullable Object>> all = relation.call("dml_summary", a);
    for (String treatment : List.of("a0", "a3", "a5")) {
      for (String outcome : List.of("y", "z")) {
        List<Map<String, @Nullable Object>> one = alone(relation, a, treatment, outcome);
        List<Map<String, @Nullable Object>> same = of(all, treatment, outcome);
        assertThat(same).hasSameSizeAs(one);
        for (int row = 0; row < one.size(); row++) {
          for (String column : List.of("term", "estimand", "contrast", "n", "kind", "df")) {
            assertThat(same.get(row).get(column)).isEqualTo(one.get(row).get(column));
          }
          for (String column : List.of("estimate", "std_error", "split_sd", "ci_lower")) {
            double expected = value(one.get(row), column);
            if (Double.isNaN(expected)) {
              assertThat(value(same.get(row), column)).isNaN();
            } else {
              assertThat(value(same.get(row), column))
                  .as("%s on %s, row %d, %s", treatment, outcome, row, column)
                  .isCloseTo(expected, within(tolerance * (1 + Math.abs(expected))));
            }
          }
        }
      }
    }
  }

  /**
   * Of one treatment the folds are its own, so that outcomes may be listed without another thought.
   */
  @Test
  void severalOutcomesOfOneTreatmentAreTheirOwnCalls() {
    Relations relation = relation(2, 900);
    Map<String, @Nullable Object> a = arguments();
    a.remove("id");
    a.put("exclude", List.of("id"));
    a.put("treatment", "a1");
    List<Map<String, @Nullable Object>> both = relation.call("dml_summary", a);
    assertThat(both).hasSize(2);
    for (String outcome : List.of("y", "z")) {
      Map<String, @Nullable Object> one = alone(relation, a, "a1", outcome).get(0);
      Map<String, @Nullable Object> same = of(both, "a1", outcome).get(0);
      assertThat(value(same, "estimate")).isCloseTo(value(one, "estimate"), within(1e-12));
      assertThat(value(same, "std_error")).isCloseTo(value(one, "std_error"), within(1e-12));
    }
  }

  @Test
  void weightsAndClustersCountInEveryPair() {
    int n = 2400;
    double[] w = new double[n];
    double[] shop = new double[n];
    for (int i = 0; i < n; i++) {
      w[i] = .5 + Mix.uniform(70, i);
      shop[i] = Mix.bucket(71, i, 800);
    }
    Relations relation = relation(3, n).with("w", w).with("shop", shop);
    Map<String, @Nullable Object> a = arguments();
    a.put("weight", "w");
    a.put("cluster", "shop");
    a.put("reps", 1);
    a.put("folds", 3);
    List<Map<String, @Nullable Object>> all = relation.call("dml_summary", a);
    Map<String, @Nullable Object> one = alone(relation, a, "a2", "y").get(0);
    Map<String, @Nullable Object> same = of(all, "a2", "y").get(0);
    assertThat(value(same, "estimate")).isCloseTo(value(one, "estimate"), within(1e-7));
    assertThat(value(same, "std_error")).isCloseTo(value(one, "std_error"), within(1e-7));
    assertThat(codes(all.get(0))).contains("repeated_ids");
    assertThat(codes(all.get(1))).doesNotContain("repeated_ids");
  }

  @Test
  void pValuesAreAdjustedForAllPairs() {
    Relations relation = relation(4, 800);
    Map<String, @Nullable Object> a = arguments();
    a.put("reps", 1);
    List<Map<String, @Nullable Object>> holm = relation.call("dml_summary", a);
    double[] p = holm.stream().mapToDouble(row -> value(row, "p_value")).toArray();
    assertThat(p).hasSize(2 * ACTIONS);
    assertThat(holm.stream().mapToDouble(row -> value(row, "p_adjusted")).toArray())
        .containsExactly(Holm.adjust(p), within(1e-15));
    a.put("p_adjust", "benjamini-hochberg");
    assertThat(
            relation.call("dml_summary", a).stream()
                .mapToDouble(row -> value(row, "p_adjusted"))
                .toArray())
        .containsExactly(BenjaminiHochberg.adjust(p), within(1e-15));
    a.put("p_adjust", "romano-wolf");
    double[] stepped =
        relation.call("dml_summary", a).stream()
            .mapToDouble(row -> value(row, "p_adjusted"))
            .toArray();
    double[] bound = Holm.adjust(p);
    for (int i = 0; i < p.length; i++) {
      // 10,000 draws: four standard errors of a share
      double error = 4 * Math.sqrt(Math.max(1e-4, p[i] * (1 - p[i])) / 10_000);
      assertThat(stepped[i]).isBetween(p[i] - error, bound[i] + error + .01);
    }
  }

  @Test
  void jointIntervalsAreWiderByOneFactor() {
    Relations relation = relation(5, 800);
    Map<String, @Nullable Object> a = arguments();
    a.put("reps", 1);
    a.put("joint", true);
    a.put("averages", true);
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    // five binary treatments with three rows, one continuous with one, on two outcomes
    assertThat(rows).hasSize(32);
    double q = Normal.quantile(.975);
    double factor = Double.NaN;
    for (Map<String, @Nullable Object> row : rows) {
      double own = (value(row, "joint_upper") - value(row, "estimate")) / value(row, "std_error");
      factor = Double.isNaN(factor) ? own : factor;
      assertThat(own).isCloseTo(factor, within(1e-9));
      assertThat(value(row, "joint_lower")).isLessThan(value(row, "ci_lower"));
    }
    // between that of one and Bonferroni's for 32
    assertThat(factor).isBetween(q + .3, Normal.quantile(1 - .025 / 32));
    a.put("joint", false);
    assertThat(relation.call("dml_summary", a))
        .allSatisfy(row -> assertThat(row.get("joint_lower")).isNull());
  }

  /** One pair with features: the joint law is of its coefficients and the average. */
  @Test
  void theRowsOfOnePairHaveAJointLaw() {
    Relations relation = relation(6, 1500);
    Map<String, @Nullable Object> a = arguments();
    a.put("treatment", "a0");
    a.put("outcome", "y");
    a.put("features", List.of("x0", "x1"));
    a.put("joint", true);
    a.put("p_adjust", "romano-wolf");
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    assertThat(rows).hasSize(5);
    for (int row = 0; row < 4; row++) {
      assertThat(value(rows.get(row), "joint_upper"))
          .isGreaterThan(value(rows.get(row), "ci_upper"));
      assertThat(value(rows.get(row), "p_adjusted")).isBetween(0.0, 1.0);
    }
    assertThat(rows.get(4).get("kind")).isEqualTo("test");
    assertThat(rows.get(4).get("joint_upper")).isNull();
    assertThat(value(rows.get(4), "p_adjusted")).isNaN();
  }

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

  /** A treatment that is a control as well is no control of its own. */
  @Test
  void treatmentsAreControlsOfEachOtherOnlyIfListed() {
    Relations relation = relation(8, 3000);
    Map<String, @Nullable Object> a = arguments();
    a.put("reps", 1);
    a.put("treatment", List.of("a0", "a1"));
    List<Map<String, @Nullable Object>> apart = relation.call("dml_summary", a);
    a.put("controls", List.of("x0", "x1", "x2", "a0"));
    List<Map<String, @Nullable Object>> listed = relation.call("dml_summary", a);
    a.put("controls", List.of("x0", "x1", "x2"));
    assertThat(value(of(listed, "a0", "y").get(0), "estimate"))
        .isCloseTo(value(of(apart, "a0", "y").get(0), "estimate"), within(1e-7));
    a.put("controls", List.of("x0", "x1", "x2", "a0"));
    assertThat(value(of(listed, "a1", "y").get(0), "estimate"))
        .isCloseTo(value(alone(relation, a, "a1", "y").get(0), "estimate"), within(1e-7));
    assertThat(value(of(listed, "a1", "y").get(0), "std_error"))
        .isNotEqualTo(value(of(apart, "a1", "y").get(0), "std_error"));
  }

  @Test
  void otherMethodsAnswerEachPairByItself() {
    Relations relation = relation(9, 600);
    Map<String, @Nullable Object> a = arguments();
    a.put("method", "dr");
    a.put("treatment", List.of("a0", "a1"));
    a.put("features", List.of("x0"));
    a.put("reps", 1);
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    List<Map<String, @Nullable Object>> one = alone(relation, a, "a1", "z");
    List<Map<String, @Nullable Object>> same = of(rows, "a1", "z");
    assertThat(same).hasSameSizeAs(one);
    for (int row = 0; row < one.size(); row++) {
      assertThat(value(same.get(row), "estimate")).isEqualTo(value(one.get(row), "estimate"));
    }
  }

  @Test
  void everyGroupHasEveryPair() {
    int n = 1600;
    double[] group = new double[n];
    for (int i = 0; i < n; i++) {
      group[i] = i % 2;
    }
    Relations relation = relation(10, n).with("g", group);
    Map<String, @Nullable Object> a = arguments();
    a.put("partition_by", List.of("g"));
    a.put("treatment", List.of("a0", "a1"));
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    assertThat(rows).hasSize(8);
    assertThat(rows.stream().map(r -> r.get("treatment")).distinct()).containsExactly("a0", "a1");
    assertThat(rows).allSatisfy(r -> assertThat(r.get("n")).isEqualTo(800L));
  }

  @Test
  void rowOrderDoesNotMatter() {
    int n = 1200;
    Relations relation = relation(11, n);
    Relations reversed = new Relations();
    for (String name :
        Stream.concat(
                Stream.of("y", "z", "x0", "x1", "x2"),
                Stream.of("a0", "a1", "a2", "a3", "a4", "a5"))
            .toList()) {
      double[] values = relation.column(name).clone();
      for (int i = 0; i < n / 2; i++) {
        double kept = values[i];
        values[i] = values[n - 1 - i];
        values[n - 1 - i] = kept;
      }
      reversed.with(name, values);
    }
    Map<String, @Nullable Object> a = arguments();
    a.remove("id");
    a.put("reps", 1);
    List<Map<String, @Nullable Object>> first = relation.call("dml_summary", a);
    List<Map<String, @Nullable Object>> second = reversed.call("dml_summary", a);
    for (int row = 0; row < first.size(); row++) {
      assertThat(value(second.get(row), "estimate")).isEqualTo(value(first.get(row), "estimate"));
      assertThat(value(second.get(row), "std_error")).isEqualTo(value(first.get(row), "std_error"));
    }
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
  void theJointLawNeedsTheSameRows() {
    Relations relation = relation(13, 500);
    double[] missing = relation.column("a1").clone();
    missing[3] = Double.NaN;
    relation.with("a1", missing);
    Map<String, @Nullable Object> a = arguments();
    a.put("joint", true);
    assertThatThrownBy(() -> relation.call("dml_summary", a))
        .hasMessage(
            "joint => true: all pairs must be estimated from the same rows and controls, and 'a1' has NULLs, several arms, or is a control as well. Leave it out.");
  }

  /**
   * How often all joint intervals hold their truths, and no pair without an effect is called one.
   */
  private static int[] together(int replications, int n) {
    int[] found = new int[2];
    for (int r = 0; r < replications; r++) {
      Relations relation = relation(Mix.mix(99, r), n);
      Map<String, @Nullable Object> a = arguments();
      a.put("reps", 1);
      a.put("joint", true);
      a.put("p_adjust", "romano-wolf");
      a.put("seed", r);
      boolean all = true;
      boolean none = true;
      for (Map<String, @Nullable Object> row : relation.call("dml_summary", a)) {
        int action = Integer.parseInt(String.valueOf(row.get("treatment")).substring(1));
        double truth = action % 2 == 0 && "y".equals(row.get("outcome")) ? .4 : 0;
        all &= value(row, "joint_lower") <= truth && truth <= value(row, "joint_upper");
        none &= truth != 0 || value(row, "p_adjusted") > .05;
      }
      found[0] += all ? 1 : 0;
      found[1] += none ? 1 : 0;
    }
    System.out.printf(
        "seed 99: of %d, joint intervals hold %d, no false find %d%n",
        replications, found[0], found[1]);
    return found;
  }

  @Test
  void jointIntervalsHoldTogether() {
    int replications = 200;
    int[] found = together(replications, 500);
    BinomialDistribution hits = BinomialDistribution.of(replications, .95);
    assertThat(found[0])
        .isBetween(
            hits.inverseCumulativeProbability(.0005), hits.inverseCumulativeProbability(.9995));
    assertThat(found[1]).isGreaterThanOrEqualTo(hits.inverseCumulativeProbability(.0005));
  }

  /** Of 500 rows .929 hold: the largest of several statistics has heavier tails than normal. */
  @Test
  @Tag("slow")
  void jointIntervalsHoldTogetherInTheLongRun() {
    int[] found = together(2000, 1000);
    assertThat(found[0] / 2000.0).isBetween(.93, .97);
    assertThat(found[1] / 2000.0).isGreaterThan(.93);
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
