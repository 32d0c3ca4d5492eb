/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.data.Column;
import io.whatif.data.CountedTiles;
import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.data.Schema;
import io.whatif.math.Mix;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rows that a logistic regression is first fitted to are the profile's, if it is of these. */
class LogisticStartTest {
  /** More than twice as many as are fitted first. */
  private static final int ROWS = 70_000;

  private final LongAdder valuesRead = new LongAdder();
  private final Dataset data = data();
  private final Run run = Datasets.run(2);

  private Dataset data() {
    double[][] values = new double[3][ROWS];
    for (int i = 0; i < ROWS; i++) {
      values[0][i] = Mix.normal(1, i);
      values[1][i] = Mix.normal(2, i);
      values[2][i] = Mix.uniform(3, i) < 1 / (1 + Math.exp(-values[0][i])) ? 1 : 0;
    }
    List<Column> columns =
        List.of(
            new Column.Numeric("x0", "DOUBLE"),
            new Column.Numeric("x1", "DOUBLE"),
            new Column.Numeric("d", "DOUBLE"));
    return CountedTiles.of(new Schema(columns), valuesRead, values);
  }

  /** How many values a start reads. */
  private long readOf(@Nullable Profile known) {
    Design design = new Design(Fitted.numeric(data, "x0", "x1"), data.schema());
    LogisticScan.Likelihood likelihood =
        new LogisticScan.Likelihood(
            design, new Target(2, Target.Kind.PROBABILITY), LogisticLoss.BINARY);
    long before = valuesRead.sum();
    double[] point =
        new LogisticStart(run, data, likelihood, known)
            .fit(new double[3], LogisticLearner.SAMPLE, 1)
            .point();
    assertThat(point[1]).isBetween(0.95, 1.05);
    return valuesRead.sum() - before;
  }

  @Test
  void theProfilesRowsSpareAScan() {
    Profile profile = Profile.of(run, data);
    long withoutProfile = readOf(null);
    // the covariates are not read; the target is, stretch by stretch where rows drawn lie this near
    assertThat(withoutProfile - readOf(profile)).isBetween(2L * ROWS, 2L * ROWS + 100);
    // which says nothing of the rows of a resample, though these be as many
    Covariates resampled =
        new Covariates(Fitted.numeric(data, "x0", "x1").columns(), profile).ofOtherRows();
    assertThat(readOf(resampled.profile())).isEqualTo(withoutProfile);
  }
}
