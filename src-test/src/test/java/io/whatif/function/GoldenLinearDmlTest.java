/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.whatif.model.LinearCate;
import io.whatif.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * EconML 0.17.0 LinearDML and DoubleML 0.12.0 PLR on notebook.csv with Ridge(1), LogisticRegression
 * (C = 1, converged) and five contiguous folds, to 1e-8 relative: both sides solve the same normal
 * equations in double precision.
 */
class GoldenLinearDmlTest {
  private static final Percentage CLOSE = Percentage.withPercentage(1e-6);

  private static Map<String, Object> golden() throws IOException {
    return JSON.std.mapFrom(
        Files.readString(Relations.shared("reference/golden/econml_doubleml_statsmodels.json")));
  }

  private static Relations notebook() {
    Relations relation = Relations.read(Relations.shared("data/notebook.csv"), ",");
    double[] fold = new double[relation.rows()];
    for (int i = 0; i < fold.length; i++) {
      fold[i] = Math.floorDiv(i, 200);
    }
    return relation.with("fold", fold);
  }

  private static Map<String, @Nullable Object> arguments(
      List<String> features, List<String> controls, String cov) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "t");
    a.put("features", features);
    a.put("controls", controls);
    a.put("outcome_learner", "ridge(alpha=1)");
    a.put("treatment_learner", "logistic(c=1)");
    a.put("fold", "fold");
    a.put("cov", cov);
    return a;
  }

  private static void expectParameters(
      List<?> parameters, List<Map<String, @Nullable Object>> rows) {
    for (int t = 0; t < parameters.size(); t++) {
      Map<?, ?> expected = (Map<?, ?>) parameters.get(t);
      Map<String, @Nullable Object> row = rows.get(t);
      near(row.get("estimate"), expected.get("estimate"));
      near(row.get("std_error"), expected.get("stderr"));
      near(row.get("z"), expected.get("z"));
      near(row.get("ci_lower"), expected.get("ci_lo"));
      near(row.get("ci_upper"), expected.get("ci_hi"));
    }
  }

  private static void near(@Nullable Object actual, @Nullable Object expected) {
    assertThat((Double) actual).isCloseTo(((Number) expected).doubleValue(), CLOSE);
  }

  @Test
  void twoFeaturesAgreeWithEconMl() throws IOException {
    Map<?, ?> expected = (Map<?, ?>) golden().get("lineardml_notebook_tight");
    List<Map<String, @Nullable Object>> rows =
        notebook().call("dml_summary", arguments(List.of("age", "engagement"), List.of(), "HC1"));
    expectParameters((List<?>) expected.get("params"), rows);
    List<?> hc0 = (List<?>) expected.get("se_HC0");
    rows =
        notebook().call("dml_summary", arguments(List.of("age", "engagement"), List.of(), "HC0"));
    for (int t = 0; t < hc0.size(); t++) {
      near(rows.get(t).get("std_error"), hc0.get(t));
    }
  }

  @Test
  void oneFeatureAndOneControlAgreeWithEconMl() throws IOException {
    List<?> expected = (List<?>) golden().get("lineardml_notebook_X_engagement_W_age_tight");
    expectParameters(
        expected,
        notebook().call("dml_summary", arguments(List.of("engagement"), List.of("age"), "HC1")));
  }

  @Test
  void noFeaturesAgreeWithEconMlAndDoubleMl() throws IOException {
    Map<String, Object> golden = golden();
    // EconML's nuisances see [engagement, age]; the order of columns is no matter
    List<?> econml = (List<?>) golden.get("lineardml_notebook_X_none_W_both_tight");
    expectParameters(
        econml,
        notebook().call("dml_summary", arguments(List.of(), List.of("engagement", "age"), "HC1")));
    Map<?, ?> plr = (Map<?, ?>) ((Map<?, ?>) golden.get("doubleml_notebook_tight")).get("plr");
    Map<String, @Nullable Object> row =
        notebook()
            .call("dml_summary", arguments(List.of(), List.of("age", "engagement"), "HC0"))
            .get(0);
    near(row.get("estimate"), plr.get("coef"));
    near(row.get("std_error"), plr.get("se"));
  }

  @Test
  void scoredRowsAgreeWithEconMl() throws IOException {
    Map<?, ?> expected = (Map<?, ?>) golden().get("lineardml_notebook_tight");
    Relations relation = notebook();
    Map<String, @Nullable Object> a = arguments(List.of("age", "engagement"), List.of(), "HC1");
    a.put("model", "m");
    FunctionDescriptor function = Catalog.find("cate_fit").orElseThrow();
    StoredModel stored =
        function
            .body(Body.Summary.class)
            .orElseThrow()
            .answer(Relations.run(1), relation.table(), Arguments.of(function, a))
            .models()
            .get(0);
    LinearCate model = (LinearCate) stored.model();
    double[][] features = {relation.column("age"), relation.column("engagement")};
    double[] effect = new double[5];
    double[] error = new double[5];
    model.effect(features, 5, effect);
    model.standardError(features, 5, error);
    List<?> rows = (List<?>) expected.get("effect_first5");
    for (int i = 0; i < 5; i++) {
      Map<?, ?> row = (Map<?, ?>) rows.get(i);
      near(effect[i], row.get("effect"));
      near(error[i], row.get("stderr"));
    }
  }
}
