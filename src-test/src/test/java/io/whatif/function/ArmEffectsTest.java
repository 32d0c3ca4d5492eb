/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.jr.ob.JSON;
import io.whatif.math.Mix;
import io.whatif.model.ArmsCate;
import io.whatif.model.ModelCodec;
import io.whatif.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several arms by methods that predict each of them. */
class ArmEffectsTest {
  private static final int ROWS = 1_500;
  private static final List<String> ARMS = List.of("none", "discount", "support");

  /** The same numbers are summed as differences from another arm. */
  private static final Percentage SAME = Percentage.withPercentage(1e-6);

  /** y = x0 + d (1 + x0) of a discount, x0 + (2 - x1) of support. */
  private static Relations rows() {
    double[][] columns = new double[4][ROWS];
    String[] arm = new String[ROWS];
    for (int i = 0; i < ROWS; i++) {
      double x0 = Mix.normal(1, i);
      double x1 = Mix.normal(2, i);
      double a = Math.exp(.5 * x0);
      double b = Math.exp(-.5 * x1);
      double u = Mix.uniform(3, i) * (1 + a + b);
      int own = u < 1 ? 0 : u < 1 + a ? 1 : 2;
      arm[i] = ARMS.get(own);
      double effect = own == 0 ? 0 : own == 1 ? 1 + x0 : 2 - x1;
      double[] row = {x0, x1, x0 + effect + Mix.normal(4, i), Mix.bucket(5, i, 5)};
      for (int c = 0; c < row.length; c++) {
        columns[c][i] = row[c];
      }
    }
    double[] shop = new double[ROWS];
    java.util.Arrays.setAll(shop, i -> Math.floorDiv(i, 3));
    return new Relations()
        .with("x0", columns[0])
        .with("x1", columns[1])
        .with("y", columns[2])
        .with("fold", columns[3])
        .with("shop", shop)
        .withText("arm", arm);
  }

  private static Map<String, @Nullable Object> arguments(String method, String control) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "arm");
    a.put("control", control);
    a.put("method", method);
    a.put("features", List.of("x0", "x1"));
    a.put("controls", List.of());
    a.put("outcome_learner", "ridge(alpha=1)");
    a.put("treatment_learner", "logistic(c=1)");
    a.put("fold", "fold");
    return a;
  }

  private static StoredModel fit(Map<String, @Nullable Object> arguments) {
    Map<String, @Nullable Object> a = new HashMap<>(arguments);
    a.put("model", "m");
    return rows().fit(a);
  }

  /** Effect and error of an arm against another at a few places. */
  private static double[][] scored(StoredModel model, String arm, String versus) {
    ArmsCate arms = (ArmsCate) model.model();
    List<String> codes = arms.features().get(0).categories();
    double[] own = new double[3];
    double[] other = new double[3];
    java.util.Arrays.fill(own, codes.indexOf(arm));
    java.util.Arrays.fill(other, codes.indexOf(versus));
    double[][] features = {own, other, {-1, 0, 2}, {1, 0, .5}};
    double[][] scored = new double[2][3];
    arms.effect(features, 3, scored[0]);
    arms.standardError(features, 3, scored[1]);
    return scored;
  }

  @ParameterizedTest
  @CsvSource({"HC0,", "HC1,", "HC3,", "nonrobust,", "HC1,shop"})
  void aContrastOfTwoArmsIsAFitAgainstOneOfThem(String cov, @Nullable String cluster) {
    Map<String, @Nullable Object> a = arguments("dr", "none");
    a.put("cov", cov);
    Map<String, @Nullable Object> b = arguments("dr", "discount");
    b.put("cov", cov);
    if (cluster != null) {
      a.put("cluster", cluster);
      b.put("cluster", cluster);
    }
    double[][] joint = scored(fit(a), "support", "discount");
    double[][] own = scored(fit(b), "support", "discount");
    for (int i = 0; i < 3; i++) {
      assertThat(joint[0][i]).isCloseTo(own[0][i], SAME);
      assertThat(joint[1][i]).isCloseTo(own[1][i], SAME);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dr", "t", "x", "s"})
  void eachArmHasItsRowAndItsEffect(String method) {
    Map<String, @Nullable Object> a = arguments(method, "none");
    if (method.equals("s")) {
      a.put("outcome_learner", "spline");
    }
    StoredModel model = fit(a);
    double[][] discount = scored(model, "discount", "none");
    double[][] support = scored(model, "support", "none");
    double[] x0 = {-1, 0, 2};
    double[] x1 = {1, 0, .5};
    for (int i = 0; i < 3; i++) {
      assertThat(discount[0][i]).isCloseTo(1 + x0[i], within(.6));
      assertThat(support[0][i]).isCloseTo(2 - x1[i], within(.6));
    }
    assertThat(model.reports())
        .extracting(row -> row.get("contrast"))
        .containsExactly("none -> discount", "none -> support");
    for (Map<String, @Nullable Object> row : model.reports()) {
      assertThat(row.get("n")).isEqualTo((long) ROWS);
      assertThat(row.get("estimand")).isEqualTo("ATE");
      double truth = String.valueOf(row.get("contrast")).contains("discount") ? 1 : 2;
      assertThat((Double) row.get("estimate")).isCloseTo(truth, within(.25));
    }
  }

  @Test
  void aModelOfLearnersInArmsComesBackToTheSameBits() {
    StoredModel model = fit(arguments("x", "none"));
    StoredModel back = ModelCodec.decode("m", ModelCodec.encode(model));
    assertThat(scored(back, "support", "discount")[0])
        .isEqualTo(scored(model, "support", "discount")[0]);
    assertThat(ModelCodec.encode(back)).isEqualTo(ModelCodec.encode(model));
  }

  /**
   * EconML 0.17.0 LinearDRLearner on 50,000 rows of three arms: five contiguous folds, one Ridge(1)
   * a fold with the arms' 0/1 columns, multinomial LogisticRegression(C = 1) converged,
   * propensities kept above 1e-6. Both sides solve the same equations in double precision, but the
   * propensities are iterated to a gradient of 1e-10 at the most, so 1e-8.
   */
  @Test
  void threeArmsAgreeWithEconMl() throws IOException, SQLException {
    Map<?, ?> golden =
        (Map<?, ?>)
            JSON.std
                .mapFrom(
                    Files.readString(
                        Relations.shared("reference/golden/econml_doubleml_statsmodels.json")))
                .get("lineardrlearner_multi_arm_50k");
    Relations relation = multiArm(Relations.shared("data/multi_arm_50k.parquet"));
    Map<String, @Nullable Object> a = arguments("dr", "none");
    List<String> features = IntStream.range(0, 8).mapToObj(j -> "x" + j).toList();
    a.put("features", features);
    a.put("outcome_model", "joint");
    a.put("clip", 1e-6);
    a.put("cov", "HC1");
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    for (String arm : List.of("discount", "support")) {
      List<?> expected = (List<?>) ((Map<?, ?>) golden.get(arm)).get("params");
      List<Map<String, @Nullable Object>> own =
          rows.stream().filter(row -> ("none -> " + arm).equals(row.get("contrast"))).toList();
      for (int t = 0; t < expected.size(); t++) {
        Map<?, ?> wanted = (Map<?, ?>) expected.get(t);
        near(own.get(t).get("estimate"), wanted.get("estimate"), 1);
        near(own.get(t).get("std_error"), wanted.get("stderr"), 0);
      }
    }
  }

  /** Within 1e-8 of the number, or of {@code least} if that is larger. */
  private static void near(@Nullable Object actual, @Nullable Object expected, double least) {
    double wanted = ((Number) java.util.Objects.requireNonNull(expected)).doubleValue();
    double tolerance = 1e-8 * Math.max(least, Math.abs(wanted));
    assertThat((Double) actual).isCloseTo(wanted, within(tolerance));
  }

  private static Relations multiArm(Path file) throws SQLException {
    Relations relation = new Relations();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("FROM read_parquet('" + file + "') ORDER BY id")) {
      double[][] columns = new double[10][50_000];
      String[] arm = new String[50_000];
      for (int i = 0; rows.next(); i++) {
        for (int j = 0; j < 8; j++) {
          columns[j][i] = rows.getDouble("x" + j);
        }
        columns[8][i] = rows.getDouble("y");
        columns[9][i] = Math.floorDiv(i, 10_000);
        arm[i] = rows.getString("arm");
      }
      for (int j = 0; j < 8; j++) {
        relation.with("x" + j, columns[j]);
      }
      return relation.with("y", columns[8]).with("fold", columns[9]).withText("arm", arm);
    }
  }

  @Test
  void outcomesMayBePredictedJointly() {
    Map<String, @Nullable Object> a = arguments("dr", "none");
    a.put("outcome_model", "joint");
    a.put("averages", true);
    List<Map<String, @Nullable Object>> joint = rows().call("dml_summary", a);
    a.put("outcome_model", "per_arm");
    List<Map<String, @Nullable Object>> apart = rows().call("dml_summary", a);
    for (int r = 0; r < joint.size(); r++) {
      if (!"test".equals(joint.get(r).get("kind"))) {
        double one = (Double) joint.get(r).get("estimate");
        double other = (Double) apart.get(r).get("estimate");
        double error = (Double) apart.get(r).get("std_error");
        // both are consistent: the propensities are nearly right
        assertThat(one).isNotEqualTo(other).isCloseTo(other, within(3 * error));
      }
    }
  }
}
