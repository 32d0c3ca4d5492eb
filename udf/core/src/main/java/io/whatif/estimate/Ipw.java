/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Inverse-propensity weighting: the difference of weighted means of the arm and the control, with
 * cross-fitted propensities kept inside [0.01, 0.99].
 *
 * <p>Weights of the two arms: ATE \( 1/p_k, 1/p_0 \); ATT \( 1, p_k / p_0 \); ATC \( p_0 / p_k, 1
 * \); overlap \( 1 - e, e \) with \( e = p_k / (p_k + p_0) \). Normalised (Hajek): \( \sum_k w Y /
 * \sum_k w - \sum_0 w Y / \sum_0 w \). Else (Horvitz and Thompson) \( (\sum_k w Y - \sum_0 w Y) / B
 * \), B the rows, those of the arm, those of the control, or \( \sum e (1 - e) \).
 *
 * <p>The error takes the propensities as known. Fitting them by a correct parametric model makes
 * the true error of the ATE smaller than that (the interval is then wide); what a wrong or slowly
 * learnt propensity adds is not in it, and no outcome model is there to mend it: prefer {@link
 * Aipw}.
 *
 * <p>Sources: Horvitz and Thompson 1952, doi:10.1080/01621459.1952.10483446; Hirano, Imbens and
 * Ridder 2003, doi:10.1111/1468-0262.00442; Li, Morgan and Zaslavsky 2018,
 * doi:10.1080/01621459.2016.1260466.
 */
final class Ipw implements AverageEstimator {
  private static final Option NORMALIZE =
      Option.flag("normalize", "Whether the weights of an arm are divided by their sum.", true);

  @Override
  public String name() {
    return "ipw";
  }

  @Override
  public Set<Estimand> estimands() {
    return EnumSet.allOf(Estimand.class);
  }

  @Override
  public Set<Prediction> learns() {
    return EnumSet.of(Prediction.PROPENSITY);
  }

  @Override
  public Set<Prediction> takes() {
    return EnumSet.of(Prediction.PROPENSITY);
  }

  @Override
  public List<Option> options() {
    return List.of(NORMALIZE);
  }

  @Override
  public AverageFit fit(Run run, Study study, AverageOptions options, long seed) {
    ArmNuisances nuisances =
        ArmNuisances.of(
            run,
            study,
            options.fit(),
            new ArmNuisances.Plan(false, false, seed),
            new ArmNuisances.Known(false, options.fit().given().propensity()));
    return new Weighted(study, nuisances, options);
  }

  private record Weighted(Study study, ArmNuisances nuisances, AverageOptions options)
      implements AverageFit {

    @Override
    public AverageScores scores(Run run, int arm) {
      int n = nuisances.y.length;
      double[] treated = new double[n];
      double[] control = new double[n];
      double[] base = new double[n];
      for (int i = 0; i < n; i++) {
        double pk = Scores.clip(nuisances.propensity[arm][i]);
        double p0 = Scores.clip(nuisances.propensity[0][i]);
        if (nuisances.d[i] == arm) {
          treated[i] = onTreated(pk, p0);
        } else if (nuisances.d[i] == 0) {
          control[i] = onControl(pk, p0);
        } else if (options.estimand() != Estimand.ATE) {
          treated[i] = Double.NaN;
          control[i] = Double.NaN;
        }
        base[i] = base(arm, i, pk / (pk + p0));
      }
      return options.fit().own().flag(NORMALIZE)
          ? new RatioScores(study, List.of(mean(1, treated), mean(-1, control)))
          : total(treated, control, base);
    }

    private double onTreated(double pk, double p0) {
      return switch (options.estimand()) {
        case ATE -> 1 / pk;
        case ATT -> 1;
        case ATC -> p0 / pk;
        case OVERLAP -> p0 / (pk + p0);
      };
    }

    private double onControl(double pk, double p0) {
      return switch (options.estimand()) {
        case ATE -> 1 / p0;
        case ATT -> pk / p0;
        case ATC -> 1;
        case OVERLAP -> pk / (pk + p0);
      };
    }

    private double base(int arm, int row, double e) {
      return switch (options.estimand()) {
        case ATE -> 1;
        case ATT -> nuisances.d[row] == arm ? 1 : 0;
        case ATC -> nuisances.d[row] == 0 ? 1 : 0;
        case OVERLAP -> e * (1 - e);
      };
    }

    /** The weighted mean of an arm. */
    private RatioScores.Term mean(double sign, double[] weight) {
      return new RatioScores.Term(sign, times(weight), weight, weight, false);
    }

    private RatioScores total(double[] treated, double[] control, double[] base) {
      double[] slope = new double[nuisances.y.length];
      for (int i = 0; i < slope.length; i++) {
        slope[i] = treated[i] - control[i];
      }
      return RatioScores.of(study, times(slope), base, slope);
    }

    private double[] times(double[] weight) {
      double[] product = new double[nuisances.y.length];
      for (int i = 0; i < product.length; i++) {
        product[i] = weight[i] * nuisances.y[i];
      }
      return product;
    }

    @Override
    public Grounds grounds(Run run, int arm) {
      ArmPair pair = ArmPair.of(run, study, arm);
      double[] chance = new double[nuisances.y.length];
      for (int i = 0; i < chance.length; i++) {
        double pk = nuisances.propensity[arm][i];
        chance[i] = pk / (pk + nuisances.propensity[0][i]);
      }
      return new Grounds(pair, pair.kept(chance), null, nuisances.fit.learners());
    }

    @Override
    public String among(int arm) {
      return Aipw.amongPair(study, options.estimand());
    }

    @Override
    public long bytes() {
      return ArmNuisances.rowBytes(nuisances.propensity.length) * nuisances.y.length;
    }
  }
}
