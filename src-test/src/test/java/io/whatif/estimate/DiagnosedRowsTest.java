/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.data.LimitedRun;
import io.whatif.data.MemoryBudget;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.learn.Covariate;
import io.whatif.learn.Covariates;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows that diagnostics look at are told alike by a copy of them and by a view. */
class DiagnosedRowsTest {
  /** More than are looked at. */
  private static final int ROWS = 230_011;

  private static final int COLUMNS = 4;
  private static final long COPY = 8L * 100_000 * COLUMNS;
  private static final long AMPLE = 1L << 40;

  private static Dataset data() {
    double[][] columns = new double[COLUMNS][ROWS];
    for (int i = 0; i < ROWS; i++) {
      double x = Mix.normal(1, i);
      double d = Mix.uniform(2, i) < 1 / (1 + Math.exp(-x)) ? 1 : 0;
      columns[0][i] = x * x + d * (1 + x / 2) + Mix.normal(3, i);
      columns[1][i] = d;
      columns[2][i] = x;
      columns[3][i] = Mix.normal(4, i);
    }
    Datasets data = new Datasets();
    for (int c = 0; c < COLUMNS; c++) {
      data.column("c" + c, columns[c]);
    }
    return data.build();
  }

  private static Study study(Dataset data, Profile profile) {
    long[] keys = new long[ROWS];
    for (int i = 0; i < ROWS; i++) {
      keys[i] = Mix.mix(5, i);
    }
    return new Study(
        data,
        profile,
        new Treatment("c1", Treatment.Kind.BINARY, List.of("0", "1")),
        "c0",
        List.of(2),
        new Covariates(
            List.of(Covariate.numeric(2, "c2", 0, false), Covariate.numeric(3, "c3", 0, false)),
            profile),
        new Study.Units(keys, null, null, 0, null, 0),
        null,
        0,
        Study.Shared.NOTHING);
  }

  private static List<@Nullable Object> told(Run run, Study study) {
    FitOptions options =
        new FitOptions(
            "ridge(alpha=1)",
            "logistic(c=1)",
            5,
            42,
            1,
            null,
            .95,
            false,
            FitOptions.Scale.PLAIN,
            new Settings(Map.of()));
    Fit fit = Estimators.named("linear_dml").fit(run, study, options);
    List<@Nullable Object> all = new ArrayList<>(fit.effects());
    all.add(fit.figures());
    all.addAll(fit.explain());
    all.addAll(fit.warnings());
    return all;
  }

  @Test
  void aCopyTellsWhatAViewDoes() {
    Dataset data = data();
    Run run = new LimitedRun(new MemoryBudget(AMPLE), 2);
    Profile copied = DiagnosedRows.profileOf(run, data, ROWS, AMPLE);
    assertThat(run.memory().used()).isEqualTo(COPY);
    assertThat(copied.copied(data)).isNotNull();
    Profile plain = DiagnosedRows.profileOf(run, data, ROWS + 1, AMPLE);
    assertThat(plain.copied(data)).isNull();
    assertThat(told(run, study(data, copied))).isEqualTo(told(run, study(data, plain)));
  }

  /** It only saves time: it is not made where it would be more than a sixteenth of what is free. */
  @Test
  void aCopyWaitsForPlentyOfMemory() {
    Dataset data = data();
    Run small = new LimitedRun(new MemoryBudget(16 * COPY - 1), 1);
    assertThat(DiagnosedRows.profileOf(small, data, ROWS, AMPLE).copied(data)).isNull();
    Run ample = new LimitedRun(new MemoryBudget(16 * COPY), 1);
    assertThat(DiagnosedRows.profileOf(ample, data, ROWS, 16 * COPY - 1).copied(data)).isNull();
    assertThat(ample.memory().used() + small.memory().used()).isZero();
    assertThat(DiagnosedRows.profileOf(ample, data, ROWS, 16 * COPY).copied(data)).isNotNull();
  }

  /** A tenth of the rows, at least 100,000 and at most 200,000. */
  @ParameterizedTest
  @CsvSource({"1000000,100000", "1500000,150000", "2300000,200000"})
  void moreAreLookedAtWhereThereAreMore(int rows, long looked) {
    Dataset data = new Datasets().column("x", new double[rows]).build();
    Run run = new LimitedRun(new MemoryBudget(AMPLE), 2);
    Dataset copied = DiagnosedRows.profileOf(run, data, rows, AMPLE).copied(data);
    assertThat(copied).isNotNull();
    assertThat(copied.rows()).isEqualTo(looked);
  }
}
