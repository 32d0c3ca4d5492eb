/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * Augmented inverse-propensity weighting, cross-fitted: the interactive regression model.
 *
 * <p>With \( g_k \) the outcome in arm k, fitted on its rows of the other folds, \( p_k \) its
 * chance, kept inside [0.01, 0.99], and \( 1_k \) whether the row is of it, arm k against the
 * control is a ratio of means \( E[a] / E[b] \):
 *
 * <ul>
 *   <li>ATE: \( a = g_k - g_0 + 1_k (Y - g_k) / p_k - 1_0 (Y - g_0) / p_0 \), \( b = 1 \)
 *   <li>ATT: \( a = (1_k - 1_0 \, p_k / p_0) (Y - g_0) \), \( b = 1_k \)
 *   <li>ATC: \( a = (1_k \, p_0 / p_k - 1_0) (Y - g_k) \), \( b = 1_0 \)
 *   <li>overlap: \( a = (1_k - e)(Y - m) \), \( b = (1_k - e)^2 \), with \( e = p_k / (p_k + p_0)
 *       \) and \( m = e g_k + (1 - e) g_0 \), over the rows of the two arms. That is the efficient
 *       score of \( E[e (1 - e) \tau] / E[e (1 - e)] \) for an unknown e, and needs no clipping.
 * </ul>
 *
 * <p>Each is Neyman orthogonal: errors of \( g \) and \( p \) enter as products. All arms come from
 * one set of predictions, and any group of rows from the same scores.
 *
 * <p>Cost: see {@link ArmNuisances}; then one pass over the rows for each arm.
 *
 * <p>Sources: Robins, Rotnitzky and Zhao 1994, doi:10.1080/01621459.1994.10476818; Chernozhukov et
 * al. 2018, doi:10.1111/ectj.12097; Hirano, Imbens and Ridder 2003, doi:10.1111/1468-0262.00442,
 * for the efficient score of weighted averages; Li, Morgan and Zaslavsky 2018,
 * doi:10.1080/01621459.2016.1260466, for overlap weights.
 */
final class Aipw implements AverageEstimator {
  @Override
  public String name() {
    return "aipw";
  }

  @Override
  public Set<Estimand> estimands() {
    return EnumSet.allOf(Estimand.class);
  }

  @Override
  public Set<Prediction> takes() {
    return EnumSet.of(Prediction.PROPENSITY);
  }

  @Override
  public AverageFit fit(Run run, Study study, AverageOptions options, long seed) {
    ArmNuisances nuisances =
        ArmNuisances.of(
            run,
            study,
            options.fit(),
            new ArmNuisances.Plan(false, false, seed),
            new ArmNuisances.Known(true, options.fit().given().propensity()));
    return new ArmScores(study, nuisances, options.estimand());
  }

  /** Of several arms, overlap is that of two. */
  static String amongPair(Study study, Estimand estimand) {
    boolean several = study.treatment().kind() == Treatment.Kind.ARMS;
    return several && estimand == Estimand.OVERLAP ? " among rows of the two arms" : "";
  }

  /** The scores of every arm. */
  private record ArmScores(Study study, ArmNuisances nuisances, Estimand estimand)
      implements AverageFit {

    @Override
    public AverageScores scores(Run run, int arm) {
      int n = nuisances.y.length;
      double[] above = new double[n];
      double[] below = estimand == Estimand.ATE ? null : new double[n];
      double[] slope = new double[study.weighting() == null ? 0 : n];
      Parallel.forEachRange(
          run,
          n,
          (from, to) -> {
            for (int i = from; i < to; i++) {
              Row row = row(arm, i);
              double own = row.slope(estimand);
              above[i] = row.above(estimand, own);
              if (below != null) {
                below[i] = row.below(estimand);
              }
              if (slope.length > 0) {
                slope[i] = own;
              }
            }
          });
      return RatioScores.of(study, above, below, slope);
    }

    private Row row(int arm, int i) {
      double treated = nuisances.d[i];
      return new Row(
          nuisances.y[i],
          treated == arm ? 1 : treated == 0 ? 0 : -1,
          nuisances.outcome[arm][i],
          nuisances.outcome[0][i],
          nuisances.propensity[arm][i],
          nuisances.propensity[0][i]);
    }

    @Override
    public Grounds grounds(Run run, int arm) {
      ArmPair pair = ArmPair.of(run, study, arm);
      CrossFit against = nuisances.against(arm);
      CrossFit own =
          new CrossFit(
              pair.kept(against.outcome.toArray()),
              pair.kept(against.treatment.toArray()),
              nuisances.folds,
              nuisances.fit);
      double[] effect = nuisances.effect(arm);
      Scores all = all(run, arm, effect);
      Scores two = pair.isPart() ? ofPair(pair, arm, against, all) : all;
      Evidence.Overall overall = new Evidence.Overall(study, all, nuisances.folds);
      return new Grounds(
          pair,
          own.treatment.toArray(),
          new Fitted(own, two, Evidence.Shape.LEARNED, overall),
          nuisances.fit.learners());
    }

    /** The scores of the average effect, of the rows of all arms. */
    private Scores all(Run run, int arm, double[] effect) {
      int n = effect.length;
      boolean several = study.treatment().kind() == Treatment.Kind.ARMS;
      double[] side = several ? new double[n] : nuisances.d;
      double[] score = new double[n];
      double[] slope = new double[study.weighting() == null ? 0 : n];
      Parallel.forEachRange(
          run,
          n,
          (from, to) -> {
            for (int i = from; i < to; i++) {
              Row row = row(arm, i);
              double own = row.slope(Estimand.ATE);
              score[i] = row.above(Estimand.ATE, own);
              if (several) {
                side[i] = row.side() == 1 ? 1 : 0;
              }
              if (slope.length > 0) {
                slope[i] = own;
              }
            }
          });
      return new Scores(new double[][] {nuisances.y, side, effect, score, slope}, study);
    }

    /** The scores of the average effect among the rows of two arms. */
    private Scores ofPair(ArmPair pair, int arm, CrossFit against, Scores all) {
      int n = all.size();
      double[] chance = against.treatment.toArray();
      double[] d = all.d.toArray();
      double[] tau = all.tau.toArray();
      double[] score = new double[n];
      double[] slope = new double[n];
      for (int i = 0; i < n; i++) {
        Row row = row(arm, i);
        double e = Scores.clip(chance[i]);
        slope[i] = (d[i] - e) / (e * (1 - e));
        double predicted = row.side() == 1 ? row.treated() : row.control();
        score[i] = tau[i] + slope[i] * (row.outcome() - predicted);
      }
      double[][] columns = {all.y.toArray(), d, tau, score, slope};
      Arrays.setAll(columns, c -> pair.kept(columns[c]));
      return new Scores(columns, pair.study());
    }

    @Override
    public Strength strength(int arm, RowGroup group, double theta) {
      StrengthSums sums = new StrengthSums(estimand, theta);
      for (int j = 0; j < group.size(); j++) {
        int i = group.row(j);
        double own = nuisances.outcome[(int) nuisances.d[i]][i];
        sums.add(row(arm, i), nuisances.y[i] - own, study.variance(i), study.weight(i));
      }
      return sums.strength();
    }

    @Override
    public String among(int arm) {
      return amongPair(study, estimand);
    }

    @Override
    public long bytes() {
      return ArmNuisances.rowBytes(nuisances.outcome.length) * nuisances.y.length;
    }
  }

  /** Sums from which {@link Strength} follows. */
  static final class StrengthSums {
    private final Estimand estimand;
    private final double theta;
    private double weight;
    private double share;
    private double squares;
    private double representer;

    StrengthSums(Estimand estimand, double theta) {
      this.estimand = estimand;
      this.theta = theta;
    }

    /**
     * Adds a row.
     *
     * @param residual of its outcome from the prediction for its arm
     * @param within the outcome's variance among the rows that it stands for
     */
    void add(Row row, double residual, double within, double w) {
      if (estimand == Estimand.OVERLAP && row.side() < 0) {
        return;
      }
      double slope = row.slope(estimand);
      weight += w;
      share += w * row.below(estimand);
      if (estimand == Estimand.OVERLAP) {
        double r = row.outcome() - row.mean() - theta * slope;
        squares += w * (r * r + within);
      } else {
        squares += w * (residual * residual + within);
        representer += w * (2 * row.contrast(estimand) - slope * slope);
      }
    }

    Strength strength() {
      double mean = share / weight;
      double nu2 = estimand == Estimand.OVERLAP ? 1 / mean : representer / weight / (mean * mean);
      return new Strength(squares / weight, nu2);
    }
  }

  /**
   * One row in the light of one contrast.
   *
   * @param side 1 if it is of the arm, 0 if it is of the control, -1 if of another
   * @param treated \( g_k \)
   * @param control \( g_0 \)
   * @param chanceTreated \( p_k \), as predicted
   * @param chanceControl \( p_0 \), as predicted
   */
  record Row(
      double outcome,
      int side,
      double treated,
      double control,
      double chanceTreated,
      double chanceControl) {

    private double pk() {
      return Scores.clip(chanceTreated);
    }

    private double p0() {
      return Scores.clip(chanceControl);
    }

    /** e, the chance of the arm against the control. */
    double chance() {
      return chanceTreated / (chanceTreated + chanceControl);
    }

    /** m. */
    double mean() {
      double e = chance();
      return e * treated + (1 - e) * control;
    }

    /** How far a moves with the outcome: the representer times E[b]. */
    double slope(Estimand estimand) {
      if (side < 0) {
        return 0;
      }
      return switch (estimand) {
        case ATE -> side == 1 ? 1 / pk() : -1 / p0();
        case ATT -> side == 1 ? 1 : -pk() / p0();
        case ATC -> side == 1 ? p0() / pk() : -1;
        case OVERLAP -> side - chance();
      };
    }

    /** a; NaN for rows of other arms if they have no part. */
    double above(Estimand estimand, double slope) {
      if (side < 0 && estimand != Estimand.ATE) {
        return Double.NaN;
      }
      return switch (estimand) {
        case ATE -> treated - control + slope * (outcome - (side == 1 ? treated : control));
        case ATT -> slope * (outcome - control);
        case ATC -> slope * (outcome - treated);
        case OVERLAP -> slope * (outcome - mean());
      };
    }

    /** b. */
    double below(Estimand estimand) {
      return switch (estimand) {
        case ATE -> 1;
        case ATT -> side == 1 ? 1 : 0;
        case ATC -> side == 0 ? 1 : 0;
        case OVERLAP -> (side - chance()) * (side - chance());
      };
    }

    /**
     * The representer's contrast, times E[b] squared, whose mean is that of the representer's
     * square.
     */
    double contrast(Estimand estimand) {
      return switch (estimand) {
        case ATE -> 1 / pk() + 1 / p0();
        case ATT -> side == 1 ? 1 + pk() / p0() : 0;
        case ATC -> side == 0 ? 1 + p0() / pk() : 0;
        case OVERLAP -> Double.NaN;
      };
    }
  }
}
