/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowColumns;
import io.whatif.data.RowValues;
import io.whatif.data.Run;
import io.whatif.learn.Folds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Average effects by double machine learning with an effect linear in the features, as {@link
 * LinearDml}: one outcome model m for all rows, the propensity e, and \( \tau_{-k} \) of the other
 * folds, from which \( g_1 = m + (1 - e) \tau \) and \( g_0 = m - e \tau \).
 *
 * <p>ATE, ATT and ATC as {@link Aipw} with those; overlap: \( \sum u v / \sum v^2 \) of the
 * residuals, Robinson's partially linear regression. Of a continuous treatment the ATE is the
 * average slope, see {@link Scores}, and overlap the slope weighted by the treatment's residual
 * variance. Of several arms each is fitted with the control on the rows of the two alone, so that
 * averages are over those rows.
 *
 * <p>Sources: Robinson 1988, doi:10.2307/1912705; Chernozhukov et al. 2018, doi:10.1111/ectj.12097.
 */
final class DmlAverage implements AverageEstimator {
  /** Bytes a row of scores, and of outcome and treatment where they are asked for as arrays. */
  private static final long SCORE_BYTES = 32;

  @Override
  public String name() {
    return "dml";
  }

  @Override
  public Set<Estimand> estimands() {
    return EnumSet.allOf(Estimand.class);
  }

  @Override
  public boolean takesContinuous() {
    return true;
  }

  @Override
  public Set<Prediction> takes() {
    return EnumSet.allOf(Prediction.class);
  }

  @Override
  public AverageFit fit(Run run, Study study, AverageOptions options, long seed) {
    if (study.treatment().kind() != Treatment.Kind.ARMS) {
      ArmPair all = new ArmPair(study, null);
      return new Fits(study, options, List.of(Fit.of(run, all, options, seed)));
    }
    List<Fit> fits = new ArrayList<>();
    for (int arm = 1; arm < study.treatment().arms().size(); arm++) {
      fits.add(Fit.of(run, ArmPair.of(run, study, arm), options, seed));
    }
    return new Fits(study, options, fits);
  }

  /** The fit of one arm and the control, or of a continuous treatment. */
  private record Fit(ArmPair pair, CrossFit nuisances, FinalStage stage, Scores scores) {
    static Fit of(Run run, ArmPair pair, AverageOptions options, long seed) {
      Study study = pair.study();
      if (!study.treatment().continuous()) {
        Folds folds = CrossFit.folds(run, study, options.fit(), seed);
        FoldArms.checkArms(run, study, study.column(run, Study.TREATMENT), folds);
      }
      CrossFit nuisances = CrossFit.of(run, study, options.fit(), seed);
      EffectBasis basis = new EffectBasis(study, options.fit());
      LinearDml.checkRows(study, basis);
      FinalStage stage = FinalStage.of(run, study, nuisances, basis);
      LinearDml.checkComplete(stage);
      int n = Math.toIntExact(study.rows());
      run.memory().take(SCORE_BYTES * n, LinearScores.PURPOSE);
      RowColumns room = RowColumns.taken(LinearScores.columns(study), n);
      return new Fit(pair, nuisances, stage, LinearScores.of(run, study, nuisances, stage, room));
    }

    /** How the effect varies; of a continuous treatment also whether it does with the dose. */
    Evidence.Shape shape(Run run, FitOptions options) {
      Study study = pair.study();
      int width = stage.basis.width();
      boolean varies = width > 1;
      LinearDml.Repetition fitted =
          new LinearDml.Repetition(List.of(), nuisances, stage, scores, null);
      String cov = LinearDml.cov(options, stage);
      return new Evidence.Shape(
          varies,
          width,
          stage.bread.rank(),
          varies
              ? Wald.allButFirstZero(
                      stage.beta, stage.covariance(run, study, nuisances, cov).matrix())
                  .pValue()
              : Double.NaN,
          study.treatment().continuous()
              ? Linearity.pValue(run, study, options, fitted)
              : Double.NaN);
    }

    /** Scores of all rows, those of the pair's in their places. */
    RatioScores scores(Study all, Estimand estimand) {
      int n = scores.size();
      if (estimand == Estimand.ATE) {
        double[] slope = all.weighting() == null ? new double[n] : scores.slopes.toArray();
        return ratio(all, scores.score.toArray(), null, slope);
      }
      double[] y = scores.y.toArray();
      double[] treatment = scores.d.toArray();
      double[] tau = scores.tau.toArray();
      double[] outcome = nuisances.outcome.toArray();
      double[] propensity = nuisances.treatment.toArray();
      double[] above = new double[n];
      double[] below = new double[n];
      double[] slope = new double[n];
      for (int i = 0; i < n; i++) {
        double d = treatment[i];
        double u = y[i] - outcome[i];
        double e = Scores.clip(propensity[i]);
        switch (estimand) {
          case ATT -> {
            slope[i] = d - (1 - d) * e / (1 - e);
            above[i] = slope[i] * (u + e * tau[i]);
            below[i] = d;
          }
          case ATC -> {
            slope[i] = d * (1 - e) / e - (1 - d);
            above[i] = slope[i] * (u - (1 - e) * tau[i]);
            below[i] = 1 - d;
          }
          default -> {
            slope[i] = d - propensity[i];
            above[i] = slope[i] * u;
            below[i] = slope[i] * slope[i];
          }
        }
      }
      return ratio(all, above, below, slope);
    }

    private RatioScores ratio(
        Study all, double[] above, double @Nullable [] below, double[] slope) {
      return RatioScores.of(
          all, pair.spread(above), below == null ? null : pair.spread(below), pair.spread(slope));
    }
  }

  /** The fits of all arms, in the order of their codes. */
  private record Fits(Study study, AverageOptions options, List<Fit> fits) implements AverageFit {
    @Override
    public AverageScores scores(Run run, int arm) {
      return fits.get(arm - 1).scores(study, options.estimand());
    }

    @Override
    public Grounds grounds(Run run, int arm) {
      Fit fit = fits.get(arm - 1);
      CrossFit nuisances = fit.nuisances();
      Study study = fit.pair().study();
      Evidence.Overall overall = new Evidence.Overall(study, fit.scores(), nuisances.folds);
      return new Grounds(
          fit.pair(),
          study.treatment().continuous() ? new double[0] : nuisances.treatment.toArray(),
          new Fitted(nuisances, fit.scores(), fit.shape(run, options.fit()), overall),
          nuisances.learners);
    }

    /** Of overlap, and of a continuous treatment, the residuals alone decide. */
    @Override
    public Strength strength(int arm, RowGroup group, double theta) {
      Fit fit = fits.get(arm - 1);
      if (!study.treatment().continuous() && options.estimand() != Estimand.OVERLAP) {
        return interactive(fit, group, theta);
      }
      double[] u = left(fit.scores().y, fit.nuisances().outcome);
      double[] v = left(fit.scores().d, fit.nuisances().treatment);
      return Strength.ofResiduals(study, group, fit.pair().spread(u), fit.pair().spread(v), theta);
    }

    /** What predictions leave of each row. */
    private static double[] left(RowValues values, RowValues expected) {
      double[] from = values.toArray();
      double[] predicted = expected.toArray();
      double[] left = new double[from.length];
      Arrays.setAll(left, i -> from[i] - predicted[i]);
      return left;
    }

    /** With \( g_1 = m + (1 - e) \tau \) and \( g_0 = m - e \tau \), as the scores have it. */
    private Strength interactive(Fit fit, RowGroup group, double theta) {
      Aipw.StrengthSums sums = new Aipw.StrengthSums(options.estimand(), theta);
      Scores scores = fit.scores();
      double[] y = fit.pair().spread(scores.y.toArray());
      double[] d = fit.pair().spread(scores.d.toArray());
      double[] tau = fit.pair().spread(scores.tau.toArray());
      double[] m = fit.pair().spread(fit.nuisances().outcome.toArray());
      double[] chance = fit.pair().spread(fit.nuisances().treatment.toArray());
      for (int j = 0; j < group.size(); j++) {
        int i = group.row(j);
        if (!Double.isNaN(tau[i])) {
          double e = Scores.clip(chance[i]);
          Aipw.Row row =
              new Aipw.Row(y[i], (int) d[i], m[i] + (1 - e) * tau[i], m[i] - e * tau[i], e, 1 - e);
          double own = d[i] == 1 ? row.treated() : row.control();
          sums.add(row, y[i] - own, study.variance(i), study.weight(i));
        }
      }
      return sums.strength();
    }

    @Override
    public String among(int arm) {
      Fit fit = fits.get(arm - 1);
      boolean lacking =
          options.estimand() != Estimand.OVERLAP && fit.scores().rows < fit.scores().size();
      return (fit.pair().isPart() ? " among rows of the two arms" : "")
          + (lacking ? " among rows with all features" : "");
    }

    @Override
    public long bytes() {
      return fits.stream()
          .mapToLong(fit -> (16 + SCORE_BYTES) * fit.scores().size() + fit.pair().bytes())
          .sum();
    }
  }
}
