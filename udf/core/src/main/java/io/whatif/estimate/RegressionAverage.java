/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import java.util.EnumSet;
import java.util.Set;

/**
 * Regression adjustment: least squares of the outcome on features and controls in each arm, \( g_k
 * = x^\top \beta_k \), and the mean of \( g_k - g_0 \) over the rows of the estimand. The same as
 * one regression on the arms, the covariates and all their products.
 *
 * <p>Error: with \( \bar x \) the mean of x over those rows, M of them, \( \psi_i = (g_k - g_0 -
 * \hat\theta) / M \) for the rows of the estimand, plus \( \bar x^\top (X_k^\top X_k)^+ x_i r_i /
 * (1 - h_i) \) for a row of arm k, less the same for one of the control; \( r \) is the residual, h
 * its leverage (the correction of HC3, without it by clusters). So the spread of the covariates
 * counts, which an error for fixed covariates omits. It is right if the outcome is linear in the
 * covariates, in each arm; no propensity is there to mend it if not: prefer {@link Aipw}.
 *
 * <p>Edge cases: collinear columns get coefficients of least norm, columns that are constant in an
 * arm none. Cost: two scans, and two more for each average.
 *
 * <p>Sources: Lin 2013, doi:10.1214/12-AOAS583; MacKinnon and White 1985,
 * doi:10.1016/0304-4076(85)90158-7.
 */
final class RegressionAverage implements AverageEstimator {
  @Override
  public String name() {
    return "regression";
  }

  @Override
  public Set<Estimand> estimands() {
    return EnumSet.of(Estimand.ATE, Estimand.ATT, Estimand.ATC);
  }

  @Override
  public Set<Prediction> learns() {
    return EnumSet.noneOf(Prediction.class);
  }

  @Override
  public boolean takesFolds() {
    return false;
  }

  @Override
  public AverageFit fit(Run run, Study study, AverageOptions options, long seed) {
    int arms = study.treatment().arms().size();
    run.memory().take(ArmRegressions.rowBytes(arms) * study.rows(), "the predictions of each arm");
    return new Predicted(study, new ArmRegressions(run, study), options.estimand());
  }

  private record Predicted(Study study, ArmRegressions regressions, Estimand estimand)
      implements AverageFit {

    @Override
    public AverageScores scores(Run run, int arm) {
      return group -> average(run, arm, group);
    }

    private AverageScores.Average average(Run run, int arm, RowGroup group) {
      double[] treatment = regressions.treatment();
      double[] member = new double[treatment.length];
      double total = 0;
      double value = 0;
      for (int j = 0; j < group.size(); j++) {
        int i = group.row(j);
        boolean counts =
            estimand == Estimand.ATE || treatment[i] == (estimand == Estimand.ATT ? arm : 0);
        member[i] = counts ? study.weight(i) : 0;
        total += member[i];
        value += member[i] * effect(arm, i);
      }
      if (total == 0) {
        return AverageScores.Average.UNDEFINED;
      }
      value /= total;
      double[] pull = new double[member.length];
      double[] slope = new double[member.length];
      for (int i = 0; i < pull.length; i++) {
        pull[i] = member[i] > 0 ? (effect(arm, i) - value) / total : 0;
      }
      regressions.addPull(run, arm, regressions.mean(run, member), pull, slope);
      return AverageScores.Average.of(value, Influence.of(study, RowGroup.all(study), pull, slope));
    }

    private double effect(int arm, int row) {
      return regressions.predicted[arm][row] - regressions.predicted[0][row];
    }

    @Override
    public Grounds grounds(Run run, int arm) {
      return new Grounds(
          ArmPair.of(run, study, arm), new double[0], null, "outcome: ols in each arm");
    }

    @Override
    public long bytes() {
      return ArmRegressions.rowBytes(regressions.predicted.length) * study.rows();
    }
  }
}
