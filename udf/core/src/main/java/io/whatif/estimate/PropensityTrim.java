/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keeps to rows that have counterparts in the other arm, and weights them.
 *
 * <p>Rows are kept where the out-of-fold propensity e lies in [alpha, 1 - alpha] and, with common
 * support, between the larger of the arms' minima and the smaller of their maxima. Kept
 * propensities are rescaled by \( e \bar D / \bar e \), means over kept rows, and clipped to
 * [alpha, 1 - alpha] again. Weights: ATE \( D/e + (1-D)/(1-e) \), ATT \( D + (1-D) e/(1-e) \); 0
 * outside.
 *
 * <p>Sources: the paper "Double Machine Learning at Scale to Predict Causal Impact of Customer
 * Actions", sec. 3.1-3.2, eq. 5 and Table 1; Crump, Hotz, Imbens and Mitnik 2009,
 * doi:10.1093/biomet/asn055, for the cut-off.
 */
public final class PropensityTrim {
  /** The least distance from 0 and 1 of a propensity that divides. */
  private static final double FLOOR = 1e-9;

  /** Column by column, one entry for each row of the study. */
  public final double[] propensity;

  public final boolean[] inSupport;

  /** The alpha used. */
  public final double alpha;

  /** The bounds on the propensity that alpha and common support give. */
  public final double lower;

  public final double upper;

  /** What weighting by {@link #weights} estimates. */
  public final String estimand;

  private final @Nullable Study study;
  private final double[] treatment;
  private final boolean onTreated;

  /** What kept propensities are multiplied by, so that they average to the treated share. */
  private final double factor;

  /**
   * The weights, one for each row of the study, and what they amount to.
   *
   * @param scaled the rescaled propensity, within alpha
   * @param weight the inverse propensity weight, 0 outside support
   * @param normalized the same, summing to the arm's kept rows
   * @param reclipped kept rows whose rescaled propensity was clipped again
   * @param control the untreated
   * @param treated the treated
   */
  public record Weights(
      double[] scaled,
      double[] weight,
      double[] normalized,
      long reclipped,
      Arm control,
      Arm treated) {}

  /**
   * One arm.
   *
   * @param n rows, those that a row stands for each
   * @param kept rows kept
   * @param effective \( (\sum w)^2 / \sum w^2 \) of the kept
   * @param maxShare the largest weight's share of the sum
   */
  public record Arm(long n, long kept, double effective, double maxShare) {}

  /**
   * What to keep.
   *
   * @param alpha the cut-off, or null for one of the words
   * @param word {@code auto} or {@code crump}
   * @param commonSupport whether the arms' ranges must overlap
   * @param rescale whether propensities are rescaled to average to the treated share
   * @param onTreated whether weights are for the ATT, else the ATE
   */
  public record Rule(
      @Nullable Double alpha,
      String word,
      boolean commonSupport,
      boolean rescale,
      boolean onTreated) {}

  /** Fits the propensities of {@code study} and applies the rule. */
  public static PropensityTrim of(Run run, Study study, FitOptions options, Rule rule) {
    Propensities given = Propensities.of(run, study, options);
    return new PropensityTrim(given.propensity(), given.treatment(), rule);
  }

  /**
   * Applies the rule to propensities that are given.
   *
   * @param e the propensity of each row
   * @param d 1 for treated, 0 for untreated
   */
  public PropensityTrim(double[] e, double[] d, Rule rule) {
    this(e, d, rule, null);
  }

  /**
   * Applies the rule to propensities that are given, of rows that count by weights.
   *
   * @param study whose rows these are, null if each counts once
   */
  PropensityTrim(double[] e, double[] d, Rule rule, @Nullable Study study) {
    int n = e.length;
    propensity = e;
    treatment = d;
    this.study = study;
    onTreated = rule.onTreated();
    inSupport = new boolean[n];
    alpha = cutoff(e, rule, study == null ? n : (double) study.count());
    double[] bounds = rule.commonSupport() ? commonSupport(e, d) : new double[] {0, 1};
    lower = Math.max(alpha, bounds[0]);
    upper = Math.min(1 - alpha, bounds[1]);
    double kept = 0;
    double treated = 0;
    double total = 0;
    boolean all = true;
    for (int i = 0; i < n; i++) {
      inSupport[i] = e[i] >= lower && e[i] <= upper;
      all &= inSupport[i];
      if (inSupport[i]) {
        double w = study == null ? 1 : study.weight(i);
        kept += w;
        treated += w * d[i];
        total += w * e[i];
      }
    }
    factor = rule.rescale() && total > 0 ? (treated / kept) / (total / kept) : 1;
    estimand = (rule.onTreated() ? "ATT" : "ATE") + (all ? "" : " among kept rows");
  }

  /** The weights; they are computed here, for those who want them. */
  public Weights weights() {
    double[] d = treatment;
    double[] scaled = new double[d.length];
    double[] weight = new double[d.length];
    double[] normalized = new double[d.length];
    double floor = Math.max(alpha, FLOOR);
    double again = 0;
    for (int i = 0; i < d.length; i++) {
      double e = propensity[i] * factor;
      double s = Math.min(1 - floor, Math.max(floor, e));
      scaled[i] = s;
      if (inSupport[i]) {
        again += s == e ? 0 : counted(i);
        double odds = s / (1 - s);
        weight[i] = onTreated ? d[i] + (1 - d[i]) * odds : d[i] / s + (1 - d[i]) / (1 - s);
      }
    }
    Arm control = normalize(weight, normalized, 0);
    return new Weights(
        scaled, weight, normalized, Math.round(again), control, normalize(weight, normalized, 1));
  }

  private double counted(int row) {
    return study == null ? 1 : study.counted(row);
  }

  private Arm normalize(double[] weight, double[] normalized, int arm) {
    double[] d = treatment;
    double n = 0;
    double kept = 0;
    double sum = 0;
    double squares = 0;
    double largest = 0;
    for (int i = 0; i < d.length; i++) {
      if ((int) d[i] == arm) {
        n += counted(i);
        kept += inSupport[i] ? counted(i) : 0;
        sum += weight[i];
        squares += weight[i] * weight[i];
        largest = Math.max(largest, weight[i]);
      }
    }
    for (int i = 0; i < d.length; i++) {
      if ((int) d[i] == arm && sum > 0) {
        normalized[i] = weight[i] * kept / sum;
      }
    }
    return new Arm(
        Math.round(n),
        Math.round(kept),
        squares > 0 ? sum * sum / squares : 0,
        sum > 0 ? largest / sum : Double.NaN);
  }

  private static double cutoff(double[] e, Rule rule, double n) {
    if (rule.alpha() != null) {
      return rule.alpha();
    }
    return rule.word().equals("crump")
        ? crump(e)
        : Math.min(0.1, Math.max(0.001, 5 / (Math.sqrt(n) * Math.log(n))));
  }

  private static double[] commonSupport(double[] e, double[] d) {
    double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (int i = 0; i < e.length; i++) {
      int arm = (int) d[i];
      low[arm] = Math.min(low[arm], e[i]);
      high[arm] = Math.max(high[arm], e[i]);
    }
    return new double[] {Math.max(low[0], low[1]), Math.min(high[0], high[1])};
  }

  /**
   * The cut-off that minimises the variance bound: with \( v_i = 1/(e_i (1-e_i)) \), 0 if \( \max v
   * \le 2 \bar v \), else \( 1/2 - \sqrt{1/4 - 1/\gamma} \) with \( \gamma = \max\{v_i : v_i \le 2
   * \, \mathrm{mean}(v_j : v_j \le v_i)\} \). A propensity that is not inside (0, 1), as a linear
   * learner may give, has v infinite and is never kept.
   */
  static double crump(double[] e) {
    double[] v =
        Arrays.stream(e)
            .map(p -> p > 0 && p < 1 ? 1 / (p * (1 - p)) : Double.POSITIVE_INFINITY)
            .sorted()
            .toArray();
    double total = 0;
    double gamma = 4;
    for (int i = 0; i < v.length && v[i] < Double.POSITIVE_INFINITY; i++) {
      total += v[i];
      boolean lastOfTies = i + 1 == v.length || v[i + 1] > v[i];
      if (lastOfTies && v[i] <= 2 * total / (i + 1)) {
        gamma = v[i];
      }
    }
    double largest = v[v.length - 1];
    return largest < Double.POSITIVE_INFINITY && largest <= 2 * total / v.length
        ? 0
        : 0.5 - Math.sqrt(Math.max(0, 0.25 - 1 / gamma));
  }
}
