/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.function.GroupStudy.Confounding;
import io.whatif.function.GroupStudy.Result;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the defaults of groups do: intervals where their light learner suffices, and a warning where
 * it does not. The long runs, under {@code -P simulate}, stand in docs/statistics.md.
 */
class GroupCoverageTest {
  private static final long SEED = 20261122;

  private static Result run(int relations, GroupStudy study, Confounding confounding) {
    Result result = study.run(relations, confounding);
    System.out.println(relations + " x " + study + " " + confounding + ": " + result);
    return result;
  }

  private static GroupStudy groups(int rows) {
    return new GroupStudy(SEED, 20, rows, 0);
  }

  @Test
  void intervalsOfGroupsCoverUnderLinearConfounding() {
    Result result = run(15, groups(200), Confounding.LINEAR);
    BinomialDistribution hits = BinomialDistribution.of(result.trials(), .95);
    assertThat(result.coverage() * result.trials())
        .isBetween(
            (double) hits.inverseCumulativeProbability(.0005),
            (double) hits.inverseCumulativeProbability(.9995));
    assertThat(Math.abs(result.bias())).isLessThanOrEqualTo(4 * result.biasError());
    assertThat(result.misfit()).isLessThan(.05);
  }

  /**
   * The light learner is wrong there, its intervals hold the truth hardly ever, and that is told.
   */
  @Test
  void confoundingThatTheDefaultOfGroupsMissesIsTold() {
    assertThat(run(2, groups(200), Confounding.PRODUCT).misfit()).isGreaterThan(.95);
    assertThat(run(2, groups(1000), Confounding.WAVE).misfit()).isGreaterThan(.95);
  }

  @Test
  void shrunkenEstimatesAreNearerToTheTruth() {
    Result result = run(15, new GroupStudy(SEED, 20, 200, .1), Confounding.LINEAR);
    assertThat(result.squaresShrunk()).isLessThan(.7 * result.squares());
  }

  @Test
  @Tag("slow")
  void intervalsOfGroupsCoverInTheLongRun() {
    Result few = run(500, groups(200), Confounding.LINEAR);
    assertThat(few.coverage()).isBetween(.93, .97);
    // 4 sd / sqrt(R) for R = 10,000 groups, and the bias that a penalty of one row leaves of 200
    assertThat(Math.abs(few.bias())).isLessThanOrEqualTo(4 * few.biasError() + .005);
    assertThat(few.rejected()).isLessThan(.1);
    Result many = run(50, groups(1000), Confounding.LINEAR);
    assertThat(many.coverage()).isBetween(.93, .97);
    assertThat(Math.abs(many.bias())).isLessThanOrEqualTo(4 * many.biasError() + .001);
  }

  /** Recorded, not promised: how soon errors of small groups are too small. */
  @Test
  @Tag("slow")
  void intervalsOfSmallGroupsAreTooShort() {
    for (int rows : new int[] {20, 50, 100}) {
      Result result = run(200, groups(rows), Confounding.LINEAR);
      assertThat(result.coverage()).isBetween(.8, .97);
    }
  }

  @Test
  @Tag("slow")
  void estimatesOfGroupsThatDifferAreShrunkenWell() {
    for (double spread : new double[] {0, .1, .2, .5}) {
      Result result = run(100, new GroupStudy(SEED, 20, 200, spread), Confounding.LINEAR);
      assertThat(result.squaresShrunk()).isLessThan(result.squares());
    }
  }

  @Test
  @Tag("slow")
  void confoundingThatTheDefaultOfGroupsMissesIsToldInTheLongRun() {
    for (Confounding missed : new Confounding[] {Confounding.PRODUCT, Confounding.WAVE}) {
      for (int rows : new int[] {200, 1000}) {
        Result result = run(20, groups(rows), missed);
        assertThat(result.misfit()).isGreaterThan(.8);
      }
    }
  }
}
