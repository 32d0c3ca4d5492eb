/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The difference of the arms' mean outcomes, \( \bar Y_k - \bar Y_0 \), which adjusts for nothing:
 * an effect where the treatment was drawn by lot, else what an adjusted estimate is to be compared
 * with.
 *
 * <p>Error: Neyman's \( s_k^2 / n_k + s_0^2 / n_0 \), variances with divisor n - 1, which is the
 * HC2 of a regression on the treatment alone; by clusters where there are any. An arm of one row
 * has none.
 *
 * <p>Source: Neyman 1923, translated in Statistical Science 1990, doi:10.1214/ss/1177012031.
 */
final class DifferenceOfMeans implements AverageEstimator {
  @Override
  public String name() {
    return "naive";
  }

  @Override
  public Set<Estimand> estimands() {
    return EnumSet.of(Estimand.ATE);
  }

  @Override
  public String text(Estimand estimand) {
    return "difference of means";
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
    return new Means(study, study.column(run, Study.OUTCOME), study.column(run, Study.TREATMENT));
  }

  private record Means(Study study, double[] outcome, double[] treatment) implements AverageFit {
    @Override
    public AverageScores scores(Run run, int arm) {
      return new RatioScores(study, List.of(mean(1, arm, arm), mean(-1, 0, arm)));
    }

    /** The mean of an arm; rows of neither of the two have no part. */
    private RatioScores.Term mean(double sign, int of, int against) {
      double[] member = new double[outcome.length];
      double[] product = new double[outcome.length];
      for (int i = 0; i < member.length; i++) {
        boolean other = treatment[i] != 0 && treatment[i] != against;
        member[i] = other ? Double.NaN : treatment[i] == of ? 1 : 0;
        product[i] = other ? Double.NaN : member[i] * outcome[i];
      }
      return new RatioScores.Term(sign, product, member, member, true);
    }

    @Override
    public Grounds grounds(Run run, int arm) {
      return new Grounds(ArmPair.of(run, study, arm), new double[0], null, "");
    }

    @Override
    public long bytes() {
      return 0;
    }
  }
}
