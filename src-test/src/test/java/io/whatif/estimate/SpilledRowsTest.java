/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.arrow.BudgetedTiles;
import io.whatif.arrow.SpillFiles;
import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.HeapTiles;
import io.whatif.data.LimitedRun;
import io.whatif.data.MemoryBudget;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.data.Schema;
import io.whatif.data.SharingRun;
import io.whatif.data.StoredDataset;
import io.whatif.data.Tiles;
import io.whatif.learn.Covariate;
import io.whatif.learn.Covariates;
import io.whatif.math.Mix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is kept of each row of a linear effect lies in memory or in a file: nothing found depends on
 * which, nor on how many threads there are.
 */
class SpilledRowsTest {
  /** More than two ranges of rows, and more than edges of fifths are looked for among. */
  private static final int ROWS = 140_001;

  private static final long PLENTY = 1L << 30;

  /** The arm of each row, while folds are decided: too little for a number of each. */
  private static final long DECIDING = ROWS;

  @TempDir private Path directory;

  /** What a study may have beside outcome, binary treatment and features. */
  enum Kind {
    PLAIN,
    WITHOUT_FEATURES,
    NULL_FEATURES,
    WEIGHTS,
    CLUSTERS,
    WEIGHTS_AND_CLUSTERS,
    COUNTED,
    CONTINUOUS,
    CONTINUOUS_WEIGHTS,
    REPEATED;

    boolean weighted() {
      return name().contains("WEIGHTS") || this == COUNTED;
    }

    boolean clustered() {
      return name().contains("CLUSTERS");
    }

    boolean continuous() {
      return name().contains("CONTINUOUS");
    }
  }

  private static double[][] columns(Kind kind) {
    double[][] columns = new double[6][ROWS];
    for (int i = 0; i < ROWS; i++) {
      double x = Mix.normal(1, i);
      double d =
          kind.continuous()
              ? x / 2 + Mix.normal(2, i)
              : Mix.uniform(2, i) < 1 / (1 + Math.exp(-x)) ? 1 : 0;
      columns[0][i] = x + d * (1 + x / 2) + Mix.normal(3, i);
      columns[1][i] = d;
      columns[2][i] = kind == Kind.NULL_FEATURES && i % 13 == 0 ? Double.NaN : x;
      columns[3][i] = Mix.normal(4, i);
      columns[4][i] = d * d;
      columns[5][i] =
          kind == Kind.COUNTED ? i % 3 : kind.weighted() ? i % 4 * (.5 + Mix.uniform(5, i)) : 1;
    }
    return columns;
  }

  private static Study study(Kind kind, Tiles tiles) {
    double[][] values = columns(kind);
    List<Column> schema = new ArrayList<>();
    tiles.reserve(ROWS);
    for (int c = 0; c < values.length; c++) {
      tiles.write(c, 0, values[c], ROWS);
      schema.add(new Column.Numeric("c" + c, "DOUBLE"));
    }
    Dataset data = new StoredDataset(new Schema(schema), tiles, ROWS);
    long[] keys = new long[ROWS];
    int[] clusters = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      clusters[i] = i / 3;
      keys[i] = Mix.mix(5, kind.clustered() ? clusters[i] : i);
    }
    Treatment.Kind of = kind.continuous() ? Treatment.Kind.CONTINUOUS : Treatment.Kind.BINARY;
    return new Study(
        data,
        Profile.of(new LimitedRun(new MemoryBudget(PLENTY), 1), data),
        new Treatment("c1", of, kind.continuous() ? List.of() : List.of("0", "1")),
        "c0",
        kind == Kind.WITHOUT_FEATURES ? List.of() : List.of(2),
        new Covariates(
            List.of(Covariate.numeric(2, "c2", 0, false), Covariate.numeric(3, "c3", 0, false))),
        new Study.Units(keys, kind.clustered() ? clusters : null, null, 0, null, 0),
        kind.weighted() ? weighting(kind, values[5]) : null,
        0,
        kind.clustered() ? Study.Shared.CLUSTER : Study.Shared.NOTHING);
  }

  /** Weights, or how many rows a row stands for, whose outcomes then differ. */
  private static Study.Weighting weighting(Kind kind, double[] products) {
    double[] ones = new double[ROWS];
    double[] variances = new double[ROWS];
    Arrays.fill(ones, 1);
    Arrays.fill(variances, kind == Kind.COUNTED ? .5 : 0);
    return kind == Kind.COUNTED
        ? new Study.Weighting(ones, products, variances, products, 5)
        : new Study.Weighting(products, ones, variances, products, 5);
  }

  private static FitOptions options(Kind kind) {
    return new FitOptions(
        "ridge(alpha=1)",
        kind.continuous() ? "ridge(alpha=1)" : "logistic(c=1)",
        5,
        42,
        kind == Kind.REPEATED ? 3 : 1,
        null,
        .95,
        false,
        FitOptions.Scale.PLAIN,
        new Settings(Map.of()));
  }

  /** All that is told of a fit; numbers as they are written, by which their bits can be told. */
  private static List<@Nullable Object> found(Run run, Study study, Kind kind) {
    Fit fit = Estimators.named("linear_dml").fit(run, study, options(kind));
    List<@Nullable Object> all = new ArrayList<>();
    all.addAll(fit.effects());
    all.add(fit.figures());
    all.addAll(fit.explain());
    all.addAll(fit.warnings());
    double[] effects = fit.outOfFold().toArray();
    all.add(Arrays.hashCode(effects));
    double[][] influences = Objects.requireNonNull(fit.influences()).of(run, true);
    all.add(Arrays.deepHashCode(influences));
    return all;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aFitIsTheSameInMemoryAndInAFile(Kind kind) {
    Run ample = new LimitedRun(new MemoryBudget(PLENTY), 2);
    List<@Nullable Object> inMemory = found(ample, study(kind, new HeapTiles(6)), kind);
    int columns = kind.weighted() ? 5 : 4;
    assertThat(ample.memory().used()).isEqualTo(8L * columns * ROWS);
    for (int threads : new int[] {1, 2, 4}) {
      Run small = new LimitedRun(new MemoryBudget(DECIDING), threads);
      try (SpillFiles files = new SpillFiles(List.of(directory))) {
        Study spilled = study(kind, BudgetedTiles.inFile(small, new HeapTiles(6), files));
        assertThat(found(small, spilled, kind)).isEqualTo(inMemory);
        // the study's own, and predictions and scores of the first repetition
        assertThat(files.open()).isEqualTo(3);
        assertThat(small.memory().used()).isZero();
      }
    }
  }

  /** As much as predictions need: they lie in memory, and the scores in a file. */
  @Test
  void aFileHoldsWhatTheBudgetHasNoRoomFor() {
    Run ample = new LimitedRun(new MemoryBudget(PLENTY), 2);
    List<@Nullable Object> inMemory = found(ample, study(Kind.PLAIN, new HeapTiles(6)), Kind.PLAIN);
    Run small = new LimitedRun(new MemoryBudget(16L * ROWS), 2);
    try (SpillFiles files = new SpillFiles(List.of(directory))) {
      Study spilled = study(Kind.PLAIN, BudgetedTiles.inFile(small, new HeapTiles(6), files));
      assertThat(found(small, spilled, Kind.PLAIN)).isEqualTo(inMemory);
      assertThat(files.open()).isEqualTo(2);
      assertThat(small.memory().used()).isEqualTo(16L * ROWS);
    }
  }

  private static List<List<EffectGrid.Answer>> pairs(Run run, Study base, Kind kind) {
    EffectGrid.Question question =
        new EffectGrid.Question(
            base,
            List.of(new EffectGrid.Treated(base.treatment(), Study.TREATMENT)),
            List.of(new EffectGrid.Measured("c0", Study.OUTCOME)));
    return EffectGrid.of(run, question, options(kind), null).answers();
  }

  /** There may be many thousands of pairs: none leaves a file. The budget holds predictions. */
  @Test
  void aPairOfManyLetsItsScoresGo() {
    Kind kind = Kind.WEIGHTS;
    Run ample = new LimitedRun(new MemoryBudget(PLENTY), 2);
    List<List<EffectGrid.Answer>> inMemory = pairs(ample, study(kind, new HeapTiles(6)), kind);
    assertThat(ample.memory().used()).isZero();
    Run small = new LimitedRun(new MemoryBudget(32L * ROWS), 2);
    try (SpillFiles files = new SpillFiles(List.of(directory))) {
      Study spilled = study(kind, BudgetedTiles.inFile(small, new HeapTiles(6), files));
      assertThat(pairs(small, spilled, kind)).isEqualTo(inMemory);
      assertThat(files.open()).isEqualTo(1);
      assertThat(small.memory().used()).isZero();
    }
  }

  /** A later call reads the predictions of an earlier one: they are not let go with it. */
  @Test
  void whatCallsShareIsThereForTheLater() {
    Kind kind = Kind.REPEATED;
    Run ample = new LimitedRun(new MemoryBudget(PLENTY), 2);
    List<@Nullable Object> inMemory = found(ample, study(kind, new HeapTiles(6)), kind);
    Run small = new LimitedRun(new MemoryBudget(DECIDING), 2);
    SharingRun shared = SharingRun.within(small);
    try (SpillFiles files = new SpillFiles(List.of(directory))) {
      Study spilled = study(kind, BudgetedTiles.inFile(small, new HeapTiles(6), files));
      assertThat(found(shared, spilled, kind)).isEqualTo(inMemory);
      // the study's own, predictions of three repetitions, scores of the first
      assertThat(files.open()).isEqualTo(5);
      assertThat(found(shared, spilled, kind)).isEqualTo(inMemory);
      // and the scores of the later call
      assertThat(files.open()).isEqualTo(6);
      shared.close();
      // but not the predictions, which nobody can ask for any more
      assertThat(files.open()).isEqualTo(3);
    }
  }
}
