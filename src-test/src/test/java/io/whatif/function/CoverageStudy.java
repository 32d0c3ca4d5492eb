/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.math.Mix;
import io.whatif.math.Normal;
import io.whatif.model.LinearCate;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Simulations with a known truth: how often 95% intervals hold it, and how far estimates are off.
 * Every replication is a function of its number and the seed alone.
 */
final class CoverageStudy {
  /** A figure of one replication: estimate, error and the truth. */
  private record Trial(double estimate, double error, double truth) {}

  /** What a simulation found about one figure. */
  record Result(String figure, int trials, double coverage, double bias, double biasError) {
    @Override
    public String toString() {
      return "%-40s R=%d coverage=%.4f bias=%+.5f (se %.5f)"
          .formatted(figure, trials, coverage, bias, biasError);
    }
  }

  private final long seed;
  private final Map<String, List<Trial>> trials = new LinkedHashMap<>();

  CoverageStudy(long seed) {
    this.seed = seed;
  }

  /**
   * Effect linear in a feature, overlap that follows it, so that ATE and overlap-weighted average
   * differ: x ~ N(0, I3), e = sigma(.6 x0 - .6), tau = 1 + x0, y = tau t + x0 + .5 x1 + N(0, 1).
   */
  List<Result> linearEffect(int replications, int n) {
    double weighted = overlapWeighted();
    each(
        replications,
        r -> {
          Draw draw = new Draw(seed, r, n, 3);
          for (int i = 0; i < n; i++) {
            double e = sigmoid(.6 * draw.x[0][i] - .6);
            draw.t[i] = draw.uniform(i) < e ? 1 : 0;
            draw.y[i] =
                (1 + draw.x[0][i]) * draw.t[i] + draw.x[0][i] + .5 * draw.x[1][i] + draw.noise(i);
          }
          Map<String, Object> a = draw.arguments();
          a.put("outcome_learner", "ridge(alpha=1)");
          a.put("treatment_learner", "logistic(c=1)");
          a.put("reps", 1);
          record(
              "linear: overlap-weighted average",
              estimate(draw.relation().call("dml_summary", a), "treatment"),
              weighted);
          a.put("features", List.of("x0"));
          a.put("model", "m");
          StoredModel model = draw.relation().fit(a);
          record("linear: ATE", estimate(model.summary(), "average effect"), 1);
          record("linear: coefficient of x0", estimate(model.summary(), "x0"), 1);
          LinearCate cate = (LinearCate) model.model();
          double[] effect = new double[1];
          double[] error = new double[1];
          cate.effect(new double[][] {{1.0}}, 1, effect);
          cate.standardError(new double[][] {{1.0}}, 1, error);
          record("linear: cate at x0 = 1", new double[] {effect[0], error[0]}, 2);
        });
    return results();
  }

  /**
   * Interaction confounding with one learner for both nuisances and one repetition: x ~ N(0, I5), e
   * = sigma(x0 x1), y = 1.5 x0 x1 + t + N(0, 1).
   */
  List<Result> interactionConfounding(int replications, int n, String learner) {
    each(
        replications,
        r -> {
          Draw draw = new Draw(seed, r, n, 5);
          for (int i = 0; i < n; i++) {
            double product = draw.x[0][i] * draw.x[1][i];
            draw.t[i] = draw.uniform(i) < sigmoid(product) ? 1 : 0;
            draw.y[i] = 1.5 * product + draw.t[i] + draw.noise(i);
          }
          Map<String, Object> a = draw.arguments();
          a.put("reps", 1);
          a.put("averages", true);
          a.put("outcome_learner", learner);
          a.put("treatment_learner", learner);
          List<Map<String, Object>> rows = draw.relation().call("dml_summary", a);
          record("interaction: overlap-weighted average", estimate(rows, "treatment"), 1);
          record("interaction: ATE", estimate(rows, "average effect"), 1);
        });
    return results();
  }

  /**
   * A continuous treatment whose effect varies: x ~ N(0, I4), t = .5 x0 + .5 sigma(x1) + N(0, 1), y
   * = (.5 + .3 x0) t + sigma(x1) + .25 x2 + N(0, 1). The average slope is .5.
   */
  List<Result> continuousTreatment(int replications, int n) {
    each(
        replications,
        r -> {
          Draw draw = new Draw(seed, r, n, 4);
          for (int i = 0; i < n; i++) {
            draw.t[i] =
                .5 * draw.x[0][i] + .5 * sigmoid(draw.x[1][i]) + Normal.quantile(draw.uniform(i));
            draw.y[i] =
                (.5 + .3 * draw.x[0][i]) * draw.t[i]
                    + sigmoid(draw.x[1][i])
                    + .25 * draw.x[2][i]
                    + draw.noise(i);
          }
          Map<String, Object> a = draw.arguments();
          a.put("outcome_learner", "spline");
          a.put("treatment_learner", "spline");
          a.put("features", List.of("x0"));
          a.put("reps", 1);
          a.put("model", "m");
          StoredModel model = draw.relation().fit(a);
          record("continuous: average slope", estimate(model.summary(), "average effect"), .5);
          record("continuous: coefficient of x0", estimate(model.summary(), "x0"), .3);
        });
    return results();
  }

  /**
   * A continuous treatment that acts by its square and by a feature, with 100 controls, as in
   * EconML's description of its interface: X ~ N(0, 1), W ~ N(0, I100), T = .3 (W1 + ... + W10) +
   * N(0, 1), Y = .5 T^2 + X T + .3 (W1 + ... + W20) + N(0, 1).
   */
  List<Result> bentEffect(int replications, int n) {
    each(
        replications,
        r -> {
          Draw draw = new Draw(seed, r, n, 101);
          for (int i = 0; i < n; i++) {
            double t = Normal.quantile(draw.uniform(i));
            double rest = draw.noise(i);
            for (int w = 1; w <= 20; w++) {
              t += w <= 10 ? .3 * draw.x[w][i] : 0;
              rest += .3 * draw.x[w][i];
            }
            draw.t[i] = t;
            draw.y[i] = .5 * t * t + draw.x[0][i] * t + rest;
          }
          Map<String, Object> a = draw.arguments();
          a.put("outcome_learner", "linear");
          a.put("treatment_learner", "linear");
          a.put("treatment_basis", "poly(2)");
          a.put("features", List.of("x0"));
          a.put("reps", 1);
          a.put("model", "m");
          StoredModel model = draw.relation().fit(a);
          record("bent: coefficient of t^2", estimate(model.summary(), "t^2"), .5);
          record("bent: coefficient of t*x0", estimate(model.summary(), "t*x0"), 1);
          record("bent: average slope", estimate(model.summary(), "average effect"), 0);
          LinearCate cate = (LinearCate) model.model();
          double[] effect = new double[1];
          double[] error = new double[1];
          double[][] against = {{1.0}, {1.0}, {0.0}};
          cate.effect(against, 1, effect);
          cate.standardError(against, 1, error);
          record("bent: 1 against 0 at x0 = 1", new double[] {effect[0], error[0]}, 1.5);
          cate.marginal().effect(against, 1, effect);
          cate.marginal().standardError(against, 1, error);
          record("bent: slope at 1, x0 = 1", new double[] {effect[0], error[0]}, 2);
        });
    return results();
  }

  /**
   * The mean effect over fresh rows: a model of {@link #linearEffect}'s design fitted to n rows,
   * asked about n / 4 others drawn alike. The truth is E[tau] = 1.
   */
  List<Result> population(int replications, int n) {
    each(
        replications,
        r -> {
          Draw draw = new Draw(seed, r, n, 3);
          for (int i = 0; i < n; i++) {
            double e = sigmoid(.6 * draw.x[0][i] - .6);
            draw.t[i] = draw.uniform(i) < e ? 1 : 0;
            draw.y[i] =
                (1 + draw.x[0][i]) * draw.t[i] + draw.x[0][i] + .5 * draw.x[1][i] + draw.noise(i);
          }
          Map<String, Object> a = draw.arguments();
          a.put("outcome_learner", "ridge(alpha=1)");
          a.put("treatment_learner", "logistic(c=1)");
          a.put("reps", 1);
          a.put("features", List.of("x0"));
          a.put("model", "m");
          StoredModel model = draw.relation().fit(a);
          Relations fresh = new Draw(seed, r + 1_000_000, n / 4, 3).relation();
          for (String se : List.of("sampled", "fixed_x")) {
            Map<String, Object> row =
                fresh.readBy(model, "cate_population", Map.of("se", se)).get(0);
            record(
                "population: mean effect, " + se,
                new double[] {(Double) row.get("estimate"), (Double) row.get("std_error")},
                1);
          }
        });
    return results();
  }

  static double[] estimate(List<Map<String, Object>> rows, String term) {
    Map<String, Object> row =
        rows.stream().filter(r -> term.equals(r.get("term"))).findFirst().orElseThrow();
    return new double[] {(Double) row.get("estimate"), (Double) row.get("std_error")};
  }

  synchronized void record(String figure, double[] estimate, double truth) {
    trials
        .computeIfAbsent(figure, f -> new ArrayList<>())
        .add(new Trial(estimate[0], estimate[1], truth));
  }

  static void each(int replications, IntConsumer one) {
    IntStream.range(0, replications).parallel().forEach(one);
  }

  List<Result> results() {
    double q = Normal.quantile(.975);
    List<Result> results = new ArrayList<>();
    trials.forEach(
        (figure, list) -> {
          double[] off = list.stream().mapToDouble(t -> t.estimate - t.truth).toArray();
          double mean = IntStream.range(0, off.length).mapToDouble(i -> off[i]).sum() / off.length;
          double squares = 0;
          int covered = 0;
          for (int i = 0; i < off.length; i++) {
            squares += (off[i] - mean) * (off[i] - mean);
            covered += Math.abs(off[i]) <= q * list.get(i).error ? 1 : 0;
          }
          double sd = Math.sqrt(squares / (off.length - 1));
          results.add(
              new Result(
                  figure,
                  off.length,
                  (double) covered / off.length,
                  mean,
                  sd / Math.sqrt(off.length)));
        });
    return results;
  }

  /** E[e(1-e) tau] / E[e(1-e)] by the trapezium rule over x0. */
  private static double overlapWeighted() {
    double above = 0;
    double below = 0;
    for (int k = -8000; k <= 8000; k++) {
      double x = k / 1000.0;
      double e = sigmoid(.6 * x - .6);
      double weight = e * (1 - e) * Math.exp(-x * x / 2);
      above += weight * (1 + x);
      below += weight;
    }
    return above / below;
  }

  static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  /** The columns of one replication. */
  static final class Draw {
    final double[][] x;
    final double[] t;
    final double[] y;
    private final long stream;
    private final int columns;

    Draw(long seed, int replication, int n, int columns) {
      this.stream = Mix.mix(seed, replication);
      this.columns = columns;
      this.x = new double[columns][n];
      this.t = new double[n];
      this.y = new double[n];
      for (int c = 0; c < columns; c++) {
        for (int i = 0; i < n; i++) {
          x[c][i] = Mix.normal(stream, (long) i * (columns + 2) + c);
        }
      }
    }

    double noise(int i) {
      return Mix.normal(stream, (long) i * (columns + 2) + columns);
    }

    double uniform(int i) {
      return Mix.uniform(stream, (long) i * (columns + 2) + columns + 1);
    }

    Relations relation() {
      Relations relation = new Relations().with("y", y).with("t", t);
      for (int c = 0; c < columns; c++) {
        relation.with("x" + c, x[c]);
      }
      return relation;
    }

    Map<String, Object> arguments() {
      Map<String, Object> a = new HashMap<>();
      a.put("outcome", "y");
      a.put("treatment", "t");
      return a;
    }
  }
}
