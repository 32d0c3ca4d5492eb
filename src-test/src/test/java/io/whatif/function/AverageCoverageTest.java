/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.function.CoverageStudy.Result;
import java.util.List;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Intervals of {@code ate} hold the truth as often as they say. The short runs ask for the binomial
 * 99.9% band around 95% and a bias within four of its standard errors; the long ones, 2,000
 * replications under {@code -P simulate}, for [.93, .97]. Their last results stand in
 * docs/statistics.md.
 */
class AverageCoverageTest {
  private static final long SEED = 20261126;

  @Test
  void intervalsOfEveryEstimandCover() {
    expectBinomial(new AverageStudy(SEED).estimands(200, 1000, List.of("aipw")));
  }

  @Test
  void intervalsOfGroupsCover() {
    expectBinomial(new AverageStudy(SEED).groups(200, 1000));
  }

  @Test
  void intervalsOfEachArmCover() {
    expectBinomial(new AverageStudy(SEED).arms(200, 1000));
  }

  @Test
  void intervalsOfClustersCover() {
    expectBinomial(new AverageStudy(SEED).clusters(200, 1000));
  }

  @Test
  void intervalsOfWeightedRowsCover() {
    expectBinomial(new AverageStudy(SEED).weights(200, 1000));
  }

  @Test
  @Tag("slow")
  void intervalsOfEveryEstimatorCoverInTheLongRun() {
    expectBand(new AverageStudy(SEED).estimands(2000, 1000, List.of("aipw", "dml", "regression")));
  }

  @Test
  @Tag("slow")
  void intervalsOfGroupsArmsClustersAndWeightsCoverInTheLongRun() {
    expectBand(new AverageStudy(SEED).groups(2000, 1000));
    expectBand(new AverageStudy(SEED).arms(2000, 1000));
    expectBand(new AverageStudy(SEED).clusters(2000, 1000));
    expectBand(new AverageStudy(SEED).weights(2000, 1000));
  }

  /** Recorded, not promised: errors of ipw take the propensities as known. */
  @Test
  @Tag("slow")
  void intervalsOfPropensityWeightingAreNotTooShort() {
    List<Result> results = new AverageStudy(SEED).estimands(2000, 1000, List.of("ipw"));
    results.forEach(r -> System.out.println("seed " + SEED + ": " + r));
    assertThat(results).allSatisfy(r -> assertThat(r.coverage()).isGreaterThan(.9));
  }

  private static void expectBinomial(List<Result> results) {
    results.forEach(r -> System.out.println("seed " + SEED + ": " + r));
    assertThat(results)
        .allSatisfy(
            r -> {
              BinomialDistribution hits = BinomialDistribution.of(r.trials(), .95);
              int low = hits.inverseCumulativeProbability(.0005);
              int high = hits.inverseCumulativeProbability(.9995);
              assertThat(r.coverage() * r.trials()).isBetween((double) low, (double) high);
              assertThat(Math.abs(r.bias())).isLessThanOrEqualTo(4 * r.biasError());
            });
  }

  private static void expectBand(List<Result> results) {
    results.forEach(r -> System.out.println("seed " + SEED + ": " + r));
    assertThat(results).allSatisfy(r -> assertThat(r.coverage()).isBetween(.93, .97));
  }
}
