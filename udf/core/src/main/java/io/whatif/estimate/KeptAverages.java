/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.Estimate;
import io.whatif.model.KeptRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Average effects from the rows kept with a model: the same sums over the same numbers as the fit's
 * own, so the same digits. Repetitions are aggregated by the median, see {@link Estimate#median}.
 *
 * <p>Source: Athey and Wager 2019, doi:10.1353/obs.2019.0001; Robins, Rotnitzky and Zhao 1994,
 * doi:10.1080/01621459.1994.10476818.
 */
public final class KeptAverages {
  /** The code of the doubt that few rows carry an average. */
  public static final String FEW_ROWS = InfluenceFigures.CODE;

  private final KeptRows rows;
  private final Scores[] scores;

  public KeptAverages(KeptRows rows) {
    this.rows = rows;
    this.scores =
        rows.repetitions().stream().map(once -> scores(rows, once)).toArray(Scores[]::new);
  }

  private static Scores scores(KeptRows rows, KeptRows.Repetition once) {
    int n = rows.rows();
    double[] score = new double[n];
    double[] slope = rows.binary() ? new double[n] : once.slope();
    for (int i = 0; i < n; i++) {
      double e = rows.binary() ? Scores.clip(once.treatment()[i]) : once.treatment()[i];
      double v = rows.treatment()[i] - e;
      if (rows.binary()) {
        slope[i] = v / (e * (1 - e));
      }
      double effect = once.effect()[i];
      score[i] = effect + slope[i] * (rows.outcome()[i] - once.outcome()[i] - v * effect);
    }
    return new Scores(
        new double[][] {rows.outcome(), rows.treatment(), once.effect(), score, slope},
        rows.clusters(),
        weighting(rows));
  }

  private static Study.@Nullable Weighting weighting(KeptRows rows) {
    KeptRows.Counting counting = rows.counting();
    if (counting == null) {
      return null;
    }
    double[] products = new double[rows.rows()];
    for (int i = 0; i < products.length; i++) {
      products[i] = counting.weights()[i] * counting.counts()[i];
    }
    return new Study.Weighting(
        counting.weights(), counting.counts(), counting.variances(), products, -1);
  }

  /** The doubly robust score of each row, by the first repetition; NaN where it has none. */
  public double[] scores() {
    return scores(0);
  }

  /** The same by another repetition. */
  double[] scores(int repetition) {
    return scores[repetition].score;
  }

  /**
   * An average effect.
   *
   * @param cov what the covariance of the effect as one number is called, for {@code overlap}
   */
  public Estimate of(Estimand estimand, String cov) {
    Estimate[] all = new Estimate[scores.length];
    for (int r = 0; r < all.length; r++) {
      all[r] = of(scores[r], rows.repetitions().get(r), estimand, cov);
    }
    return Estimate.median(all);
  }

  private Estimate of(Scores by, KeptRows.Repetition once, Estimand estimand, String cov) {
    double[] m = once.outcome();
    double[] e = once.treatment();
    double[] tau = once.effect();
    return switch (estimand) {
      case ATE -> by.average();
      case ATT ->
          by.onTreated(
              Scores.Rest.of(
                  i -> by.y[i] - m[i] + Scores.clip(e[i]) * tau[i], i -> Scores.clip(e[i])));
      case ATC ->
          by.onUntreated(
              Scores.Rest.of(
                  i -> by.y[i] - m[i] - (1 - Scores.clip(e[i])) * tau[i],
                  i -> 1 - Scores.clip(e[i])));
      case OVERLAP ->
          ConstantEffect.of(
              by,
              new ConstantEffect.Predicted(m, e),
              cov,
              new ConstantEffect.Counting(weighting(rows), rows.clusters()));
    };
  }

  /**
   * Sets what the fit tells of the rows that carry the average: n_effect, n_effective and
   * top10_shift, of the first repetition, see {@link Influence}.
   *
   * @return the doubts that follow
   */
  public List<Warning> tellInfluence(Map<String, @Nullable Object> figures) {
    Scores first = scores[0];
    List<Warning> doubts = new ArrayList<>();
    figures.put("n_effect", first.count());
    InfluenceFigures.add(first.pulls(), figures, doubts);
    return doubts;
  }

  /** The standard deviation between repetitions, NaN of one. */
  public double spread(Estimand estimand, String cov) {
    double[] values = new double[scores.length];
    for (int r = 0; r < values.length; r++) {
      values[r] = of(scores[r], rows.repetitions().get(r), estimand, cov).value();
    }
    return Estimate.spread(values);
  }
}
