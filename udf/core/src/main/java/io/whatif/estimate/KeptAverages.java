/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowValues;
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
    return scores[repetition].score.toArray();
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
    RowValues m = RowValues.of(once.outcome());
    RowValues e = RowValues.of(once.treatment());
    return switch (estimand) {
      case ATE -> by.average(null);
      case ATT -> OnTreated.of(null, by, OnTreated.Rest.of(by, m, e)).estimate(null);
      case ATC -> onUntreated(by, m, e);
      case OVERLAP ->
          ConstantEffect.of(
              null,
              by,
              new ConstantEffect.Predicted(m, e),
              cov,
              new ConstantEffect.Counting(weighting(rows), rows.clusters()));
    };
  }

  /**
   * The average effect on the untreated: less the average effect on the treated of having none,
   * with arms exchanged, \( g_1 = m + (1 - e) \tau_{-k} \).
   */
  private static Estimate onUntreated(Scores by, RowValues outcome, RowValues propensity) {
    Scores exchanged = by.exchanged();
    double[] y = by.y.toArray();
    double[] d = exchanged.d.toArray();
    double[] tau = by.tau.toArray();
    double[] m = outcome.toArray();
    double[] e = propensity.toArray();
    OnTreated.Rest rest =
        (from, to, into) -> {
          for (int i = from; i < to; i++) {
            double none = 1 - Scores.clip(e[i]);
            into.treatment()[i - from] = d[i];
            into.values()[i - from] = y[i] - m[i] - none * tau[i];
            into.odds()[i - from] = none / (1 - none);
          }
        };
    Estimate treated = OnTreated.of(null, exchanged, () -> rest).estimate(null);
    return new Estimate(-treated.value(), treated.standardError());
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
    InfluenceFigures.add(Concentration.of(null, first), figures, doubts);
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
