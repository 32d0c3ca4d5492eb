/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.function.CoverageStudy.Draw;
import io.whatif.model.ArmsCate;
import io.whatif.model.CateModel;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Simulations with a known truth of the methods that predict each arm, and of the R-learner. */
final class EffectModelStudy {
  /** The methods, each with the learner of its effect where it is not the default. */
  static final List<String> METHODS =
      List.of("auto", "constant", "linear_dml", "dr", "t", "x", "dr:spline", "s", "r:spline");

  private final long seed;

  EffectModelStudy(long seed) {
    this.seed = seed;
  }

  private static double sigmoid(double z) {
    return CoverageStudy.sigmoid(z);
  }

  private static double[] scored(CateModel model, double... features) {
    double[][] columns = new double[features.length][];
    Arrays.setAll(columns, f -> new double[] {features[f]});
    double[] effect = new double[1];
    double[] error = new double[1];
    model.effect(columns, 1, effect);
    model.standardError(columns, 1, error);
    return new double[] {effect[0], error[0]};
  }

  /**
   * An effect that is not linear in its feature nor in what is left out of it, and outcome models
   * that miss it, with right propensities: x ~ N(0, I3), e = sigma(.6 x0 - .6), tau = 1 + x0 + .5
   * (x1^2 - 1), y = tau t + x0 + .5 x1 + N(0, 1); ridge and logistic; the feature is x0, on which
   * tau projects as 1 + x0.
   */
  List<CoverageStudy.Result> doublyRobust(int replications, int n) {
    CoverageStudy study = new CoverageStudy(seed);
    double onTreated = 1 + meanOfTreated();
    CoverageStudy.each(
        replications,
        r -> {
          Draw draw = new Draw(seed, r, n, 3);
          for (int i = 0; i < n; i++) {
            double x0 = draw.x[0][i];
            double x1 = draw.x[1][i];
            draw.t[i] = draw.uniform(i) < sigmoid(.6 * x0 - .6) ? 1 : 0;
            double tau = 1 + x0 + .5 * (x1 * x1 - 1);
            draw.y[i] = tau * draw.t[i] + x0 + .5 * x1 + draw.noise(i);
          }
          Map<String, Object> a = draw.arguments();
          a.put("method", "dr");
          a.put("outcome_learner", "ridge(alpha=1)");
          a.put("treatment_learner", "logistic(c=1)");
          a.put("reps", 1);
          a.put("features", List.of("x0"));
          a.put("model", "m");
          StoredModel model = draw.relation().fit(a);
          List<Map<String, Object>> rows = model.summary();
          study.record("dr: ATE", CoverageStudy.estimate(rows, "average effect"), 1);
          study.record(
              "dr: ATT", CoverageStudy.estimate(rows, "average effect on the treated"), onTreated);
          study.record("dr: coefficient of x0", CoverageStudy.estimate(rows, "x0"), 1);
          study.record("dr: cate at x0 = 1", scored(model.model(), 1), 2);
        });
    return study.results();
  }

  /**
   * Three arms: x ~ N(0, I3), chances of none, b and c as 1, exp(.5 x0) and exp(-.5 x1), effects 1
   * + x0 of b and 2 - x1 of c, y = effect + x0 + N(0, 1); ridge and logistic.
   */
  List<CoverageStudy.Result> arms(int replications, int n) {
    CoverageStudy study = new CoverageStudy(seed);
    CoverageStudy.each(
        replications,
        r -> {
          Draw draw = new Draw(seed, r, n, 3);
          String[] arm = new String[n];
          for (int i = 0; i < n; i++) {
            double x0 = draw.x[0][i];
            double x1 = draw.x[1][i];
            double b = Math.exp(.5 * x0);
            double u = draw.uniform(i) * (1 + b + Math.exp(-.5 * x1));
            arm[i] = u < 1 ? "none" : u < 1 + b ? "b" : "c";
            double effect = u < 1 ? 0 : u < 1 + b ? 1 + x0 : 2 - x1;
            draw.y[i] = effect + x0 + draw.noise(i);
          }
          Map<String, Object> a = draw.arguments();
          a.put("treatment", "arm");
          a.put("control", "none");
          a.put("method", "dr");
          a.put("outcome_learner", "ridge(alpha=1)");
          a.put("treatment_learner", "logistic(c=1)");
          a.put("reps", 1);
          a.put("features", List.of("x0", "x1"));
          a.put("exclude", List.of("t"));
          a.put("model", "m");
          StoredModel model = draw.relation().withText("arm", arm).fit(a);
          Map<Object, List<Map<String, Object>>> rows = new LinkedHashMap<>();
          for (Map<String, Object> row : model.summary()) {
            rows.computeIfAbsent(row.get("contrast"), c -> new ArrayList<>()).add(row);
          }
          List<Map<String, Object>> b = rows.getOrDefault("none -> b", List.of());
          List<Map<String, Object>> c = rows.getOrDefault("none -> c", List.of());
          study.record("arms: ATE of b", CoverageStudy.estimate(b, "average effect"), 1);
          study.record("arms: ATE of c", CoverageStudy.estimate(c, "average effect"), 2);
          study.record("arms: coefficient of x0 of b", CoverageStudy.estimate(b, "x0"), 1);
          ArmsCate cate = (ArmsCate) model.model();
          List<String> codes = cate.features().get(0).categories();
          double[] contrast = scored(cate, codes.indexOf("c"), codes.indexOf("b"), 1, 1);
          study.record("arms: c against b at (1, 1)", contrast, -1);
        });
    return study.results();
  }

  /** E[x0 e] / E[e] by the trapezium rule. */
  private static double meanOfTreated() {
    double above = 0;
    double below = 0;
    for (int k = -8000; k <= 8000; k++) {
      double x = k / 1000.0;
      double weight = sigmoid(.6 * x - .6) * Math.exp(-x * x / 2);
      above += weight * x;
      below += weight;
    }
    return above / below;
  }

  /**
   * The root mean squared error of the effect over the rows of a fit, averaged over replications,
   * by method with its defaults and one repetition: x ~ N(0, I5), e = sigma(.5 x0), y = m + tau t +
   * N(0, 1).
   *
   * @param steps whether tau = 1 + 2 [x0 > 0] - [x1 > .5] and m = x0 + [x2 > 0]; else tau = 1 + x0
   *     - .5 x1 and m = x0 + .5 x1
   */
  Map<String, Double> precision(boolean steps, int replications, int n, List<String> methods) {
    Map<String, Double> errors = new LinkedHashMap<>();
    for (int r = 0; r < replications; r++) {
      Draw draw = new Draw(seed, r, n, 5);
      double[] tau = new double[n];
      for (int i = 0; i < n; i++) {
        double x0 = draw.x[0][i];
        double x1 = draw.x[1][i];
        tau[i] = steps ? 1 + (x0 > 0 ? 2 : 0) - (x1 > .5 ? 1 : 0) : 1 + x0 - .5 * x1;
        double m = steps ? x0 + (draw.x[2][i] > 0 ? 1 : 0) : x0 + .5 * x1;
        draw.t[i] = draw.uniform(i) < sigmoid(.5 * x0) ? 1 : 0;
        draw.y[i] = m + tau[i] * draw.t[i] + draw.noise(i);
      }
      for (String method : methods) {
        Map<String, Object> a = draw.arguments();
        List<String> features = List.of("x0", "x1", "x2", "x3", "x4");
        a.put("features", features);
        double error = precision(draw.relation(), method, a, tau);
        errors.merge(method, error / replications, Double::sum);
      }
    }
    return errors;
  }

  /** The root mean squared error of a method's effect over the rows of its fit. */
  static double precision(
      Relations relation, String method, Map<String, Object> arguments, double[] tau) {
    int colon = method.indexOf(':');
    Map<String, Object> a = new LinkedHashMap<>(arguments);
    a.put("method", colon < 0 ? method : method.substring(0, colon));
    if (colon >= 0) {
      a.put("final", method.substring(colon + 1));
    }
    a.put("model", "m");
    a.put("reps", 1);
    return precision(relation.fit(a), relation, tau);
  }

  static double precision(StoredModel model, Relations relation, double[] tau) {
    double[][] columns =
        model.model().features().stream()
            .map(f -> relation.column(f.name()))
            .toArray(double[][]::new);
    double[] effect = new double[tau.length];
    model.model().effect(columns, tau.length, effect);
    double squares = 0;
    for (int i = 0; i < tau.length; i++) {
      squares += (effect[i] - tau[i]) * (effect[i] - tau[i]) / tau.length;
    }
    return Math.sqrt(squares);
  }
}
