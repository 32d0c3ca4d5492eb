/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.function.CoverageStudy.Draw;
import io.whatif.function.CoverageStudy.Result;
import io.whatif.math.Mix;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Simulations of {@code ate} with a known truth, by light learners and with one repetition. Every
 * replication is a function of its number and the seed alone.
 */
final class AverageStudy {
  private final long seed;
  private final CoverageStudy study;

  AverageStudy(long seed) {
    this.seed = seed;
    this.study = new CoverageStudy(seed);
  }

  private static double propensity(double x0) {
    return CoverageStudy.sigmoid(.6 * x0 - .6);
  }

  /** 1 + x0 averaged over x0 ~ N(0, 1) with weights, by the trapezium rule. */
  private static double averaged(DoubleUnaryOperator weight) {
    double above = 0;
    double below = 0;
    for (int k = -8000; k <= 8000; k++) {
      double x = k / 1000.0;
      double w = weight.applyAsDouble(x) * Math.exp(-x * x / 2);
      above += w * (1 + x);
      below += w;
    }
    return above / below;
  }

  private static double truth(String estimand) {
    return averaged(
        x -> {
          double e = propensity(x);
          return switch (estimand) {
            case "ATT" -> e;
            case "ATC" -> 1 - e;
            case "overlap" -> e * (1 - e);
            default -> 1;
          };
        });
  }

  private static Map<String, @Nullable Object> light(Map<String, Object> arguments) {
    Map<String, @Nullable Object> a = new java.util.HashMap<>(arguments);
    a.put("outcome_learner", "ridge(alpha=1)");
    a.put("treatment_learner", "logistic(c=1)");
    a.put("reps", 1);
    return a;
  }

  private void record(String figure, Map<String, @Nullable Object> row, double truth) {
    study.record(figure, new double[] {number(row, "estimate"), number(row, "std_error")}, truth);
  }

  private static double number(Map<String, @Nullable Object> row, String name) {
    return ((Number) Objects.requireNonNull(row.get(name), name)).doubleValue();
  }

  /** The design of {@link CoverageStudy#linearEffect}; groups are the halves of x0. */
  private static Draw linear(long seed, int replication, int n) {
    Draw draw = new Draw(seed, replication, n, 3);
    for (int i = 0; i < n; i++) {
      double x0 = draw.x[0][i];
      draw.t[i] = draw.uniform(i) < propensity(x0) ? 1 : 0;
      draw.y[i] = (1 + x0) * draw.t[i] + x0 + .5 * draw.x[1][i] + draw.noise(i);
    }
    return draw;
  }

  /** Each estimand by each estimator. */
  List<Result> estimands(int replications, int n, List<String> estimators) {
    CoverageStudy.each(
        replications,
        r -> {
          Relations relation = linear(seed, r, n).relation();
          for (String estimator : estimators) {
            for (String estimand : List.of("ATE", "ATT", "ATC", "overlap")) {
              if (estimator.equals("regression") && estimand.equals("overlap")) {
                continue;
              }
              Map<String, @Nullable Object> a = light(Map.of("outcome", "y", "treatment", "t"));
              a.put("controls", List.of("x1", "x2"));
              a.put("features", List.of("x0"));
              a.put("estimator", estimator);
              a.put("estimand", estimand);
              if (estimator.equals("ipw") || estimator.equals("regression")) {
                a.remove("outcome_learner");
              }
              if (estimator.equals("regression")) {
                a.remove("treatment_learner");
              }
              record(estimator + ": " + estimand, relation.call("ate", a).get(0), truth(estimand));
            }
          }
        });
    return study.results();
  }

  /** Averages of the halves of x0. */
  List<Result> groups(int replications, int n) {
    double[] truth = {averaged(x -> x < 0 ? 1 : 0), averaged(x -> x < 0 ? 0 : 1)};
    CoverageStudy.each(
        replications,
        r -> {
          Draw draw = linear(seed, r, n);
          double[] half = new double[n];
          for (int i = 0; i < n; i++) {
            half[i] = draw.x[0][i] < 0 ? 0 : 1;
          }
          Map<String, @Nullable Object> a = light(draw.arguments());
          a.put("controls", List.of("x0", "x1", "x2"));
          a.put("by", List.of("half"));
          List<Map<String, @Nullable Object>> rows =
              draw.relation().with("half", half).call("ate", a);
          record("group x0 < 0", rows.get(0), truth[0]);
          record("group x0 >= 0", rows.get(1), truth[1]);
        });
    return study.results();
  }

  /**
   * Three arms: chances proportional to 1, exp(.5 x0), exp(-.5 x1); effects 1 + x0 and -1; y = x0 +
   * .5 x1 + effect + N(0, 1).
   */
  List<Result> arms(int replications, int n) {
    CoverageStudy.each(
        replications,
        r -> {
          Draw draw = new Draw(seed, r, n, 3);
          for (int i = 0; i < n; i++) {
            double first = Math.exp(.5 * draw.x[0][i]);
            double second = Math.exp(-.5 * draw.x[1][i]);
            double u = draw.uniform(i) * (1 + first + second);
            draw.t[i] = u < 1 ? 0 : u < 1 + first ? 1 : 2;
            double effect = draw.t[i] == 1 ? 1 + draw.x[0][i] : draw.t[i] == 2 ? -1 : 0;
            draw.y[i] = effect + draw.x[0][i] + .5 * draw.x[1][i] + draw.noise(i);
          }
          Map<String, @Nullable Object> a = light(draw.arguments());
          a.put("treatment_type", "arms");
          List<Map<String, @Nullable Object>> rows = draw.relation().call("ate", a);
          record("arm 0 -> 1", rows.get(0), 1);
          record("arm 0 -> 2", rows.get(1), -1);
        });
    return study.results();
  }

  /**
   * Clusters of five rows that share x0, the treatment and a part of the outcome: e = sigma(.5 x0),
   * y = (1 + x0) t + x0 + .5 x1 + N(0, .5) of the cluster + N(0, 1).
   */
  List<Result> clusters(int replications, int n) {
    CoverageStudy.each(
        replications,
        r -> {
          Draw draw = new Draw(seed, r, n, 3);
          double[] shop = new double[n];
          long stream = Mix.mix(seed + 1, r);
          for (int i = 0; i < n; i++) {
            int first = i - i % 5;
            shop[i] = first;
            draw.x[0][i] = draw.x[0][first];
            draw.t[i] = draw.uniform(first) < CoverageStudy.sigmoid(.5 * draw.x[0][first]) ? 1 : 0;
            draw.y[i] =
                (1 + draw.x[0][i]) * draw.t[i]
                    + draw.x[0][i]
                    + .5 * draw.x[1][i]
                    + Math.sqrt(.5) * Mix.normal(stream, first)
                    + draw.noise(i);
          }
          Map<String, @Nullable Object> a = light(draw.arguments());
          a.put("cluster", "shop");
          record("clusters: ATE", draw.relation().with("shop", shop).call("ate", a).get(0), 1);
        });
    return study.results();
  }

  /** The design of {@link #linear} of which rows with x0 above 0 were drawn half as often. */
  List<Result> weights(int replications, int n) {
    CoverageStudy.each(
        replications,
        r -> {
          Draw draw = linear(seed, r, 2 * n);
          boolean[] keep = new boolean[2 * n];
          double[] weight = new double[2 * n];
          for (int i = 0; i < keep.length; i++) {
            double chance = draw.x[0][i] > 0 ? .4 : .8;
            keep[i] = Mix.uniform(Mix.mix(seed + 2, r), i) < chance;
            weight[i] = 1 / chance;
          }
          Map<String, @Nullable Object> a = light(draw.arguments());
          a.put("weight", "w");
          record(
              "weights: ATE",
              draw.relation().with("w", weight).where(keep).call("ate", a).get(0),
              1);
        });
    return study.results();
  }
}
