/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.data.LimitedRun;
import io.whatif.data.MemoryBudget;
import io.whatif.data.MemoryExceededException;
import io.whatif.math.Mix;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the budget is asked for while the rows of a study are put in order, and afterwards. */
class StudyMemoryTest {
  private static final int ROWS = 100_000;

  /** Bytes a row of keys and folds. */
  private static final long KEYS = 10;

  /** Bytes a row of the places of rows that are in no order. */
  private static final long PLACES = 4;

  private static final Arguments ARGUMENTS =
      Arguments.of(
          Catalog.find("dml_summary").orElseThrow(),
          Map.of(
              "outcome",
              "y",
              "treatment",
              "d",
              "features",
              List.of("x"),
              "controls",
              List.of(),
              "id",
              "id"));

  private static Relations relation(IntToDoubleFunction id) {
    return new Relations()
        .with("id", IntStream.range(0, ROWS).mapToDouble(id).toArray())
        .with("x", IntStream.range(0, ROWS).mapToDouble(i -> Mix.normal(1, i)).toArray())
        .with("d", IntStream.range(0, ROWS).mapToDouble(i -> Mix.bucket(2, i, 2)).toArray())
        .with("y", IntStream.range(0, ROWS).mapToDouble(i -> Mix.normal(3, i)).toArray());
  }

  /** Holds that {@code peak} bytes a row suffice and one less does not; {@code held} stay. */
  private static void check(Relations relation, long peak, long held) {
    MemoryBudget budget = new MemoryBudget(peak * ROWS);
    StudyBuilder.build(new LimitedRun(budget, 2), relation.table(), ARGUMENTS);
    assertThat(budget.used()).isEqualTo(held * ROWS);
    MemoryBudget less = new MemoryBudget(peak * ROWS - ROWS);
    assertThatThrownBy(
            () -> StudyBuilder.build(new LimitedRun(less, 2), relation.table(), ARGUMENTS))
        .isInstanceOf(MemoryExceededException.class);
  }

  @Test
  void rowsInOrderTakeNothingButTheirKeysAndFolds() {
    check(relation(i -> i), KEYS, KEYS);
  }

  @Test
  void soDoRowsThatArrivedInRuns() {
    check(relation(i -> i / 4096 % 2 * ROWS + i), KEYS, KEYS);
  }

  @Test
  void rowsOutOfOrderTakeTheirPlacesAndWhatMovesTwoColumnsAtOnce() {
    check(relation(i -> Mix.mix(4, i) >> 11), KEYS + PLACES + 8 + 2 * 8, KEYS + PLACES);
  }

  @Test
  void rowsThatAreLeftOutTakeABitEach() {
    Relations relation = relation(i -> i);
    relation.column("y")[17] = Double.NaN;
    MemoryBudget budget = new MemoryBudget(40 * ROWS);
    StudyBuilder.build(new LimitedRun(budget, 2), relation.table(), ARGUMENTS);
    long bits = (ROWS + 63) / 64 * 8;
    assertThat(budget.used()).isEqualTo(KEYS * ROWS + bits + PLACES * (ROWS - 1));
  }
}
