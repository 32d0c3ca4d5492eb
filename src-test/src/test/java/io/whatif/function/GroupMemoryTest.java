/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.arrow.BudgetedTiles;
import io.whatif.data.ErrorCode;
import io.whatif.data.HeapTiles;
import io.whatif.data.LimitedRun;
import io.whatif.data.MemoryBudget;
import io.whatif.data.MemoryExceededException;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.Tiles;
import io.whatif.data.WhatifException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the budget is asked for while groups are answered, each once, and that it is given back. */
class GroupMemoryTest {
  /** Rows that {@link BudgetedTiles} takes memory for at a time. */
  private static final int STEP = 1 << 16;

  /** Rows of a group that has columns like the relation's own. */
  private static final int MANY = 2 * STEP;

  private static final int FEW = 1000;

  private static final int ROWS = 2 * MANY + FEW;

  private static final int COLUMNS = 3;

  private static final long BYTES = (long) Double.BYTES * COLUMNS;

  /** What the rows in the order of their groups take, which are closed after the last. */
  private static final long SORTED = (ROWS / STEP + 1) * STEP * BYTES;

  private static final Arguments ARGUMENTS =
      Arguments.of(
          Catalog.find("dml_summary").orElseThrow(),
          Map.of("outcome", "y", "treatment", "d", "controls", List.of(), "partition_by", "g"));

  /** Two groups of many rows and one of few, whose columns ask the budget as a session's do. */
  private static Partitions divided(MemoryBudget budget) {
    Run run = new LimitedRun(budget, 2);
    Tiles tiles = BudgetedTiles.inMemory(run, new HeapTiles(COLUMNS), null);
    tiles.reserve(ROWS);
    tiles.write(
        0, 0, IntStream.range(0, ROWS).mapToDouble(i -> Math.floorDiv(i, MANY)).toArray(), ROWS);
    tiles.write(1, 0, IntStream.range(0, ROWS).mapToDouble(i -> i % 2).toArray(), ROWS);
    tiles.write(2, 0, IntStream.range(0, ROWS).mapToDouble(i -> i).toArray(), ROWS);
    List<RawTable.RawColumn> columns =
        List.of("g", "d", "y").stream()
            .map(name -> new RawTable.RawColumn(name, "DOUBLE", RawTable.Kind.NUMBER))
            .toList();
    List<List<String>> none = List.of(List.of(), List.of(), List.of());
    return Partitions.of(run, new RawTable(columns, tiles, ROWS, none, -1), ARGUMENTS);
  }

  /** A group's rows are what they were, whatever they lie in. */
  private static int checked(RawTable group) {
    int rows = (int) group.rows();
    double[] values = new double[rows];
    group.tiles().read(2, 0, values, rows);
    for (int i = 0; i < rows; i++) {
      assertThat(values[i] - values[0]).isEqualTo(i);
    }
    return rows;
  }

  @Test
  void theRowsOfAGroupAreCountedOnce() {
    MemoryBudget budget = MemoryBudget.unlimited();
    Partitions groups = divided(budget);
    long before = budget.used();
    Map<Integer, Long> taken = new HashMap<>();
    groups.answer((run, group) -> taken.put(checked(group), budget.used() - before));
    assertThat(taken).isEqualTo(Map.of(MANY, MANY * BYTES, FEW, FEW * BYTES));
    assertThat(budget.used()).isEqualTo(before - SORTED);
  }

  @Test
  void whatJustHoldsTheRowsOfAGroupSuffices() {
    MemoryBudget enough = new MemoryBudget(1L << 30);
    Partitions groups = divided(enough);
    leave(MANY * BYTES, enough);
    assertThat(groups.answer((run, group) -> checked(group)))
        .extracting(Partitions.Outcome::result)
        .containsExactly(MANY, MANY, FEW);
  }

  @Test
  void aByteLessEndsTheCallAndTakesNothing() {
    MemoryBudget less = new MemoryBudget(1L << 30);
    Partitions groups = divided(less);
    leave(MANY * BYTES - 1, less);
    long before = less.used();
    assertThatThrownBy(() -> groups.answer((run, group) -> checked(group)))
        .isInstanceOf(MemoryExceededException.class);
    assertThat(less.used()).isEqualTo(before);
  }

  private static void leave(long bytes, MemoryBudget budget) {
    budget.take(budget.limit() - budget.used() - bytes, "all but what is left");
  }

  /** A body that takes memory and fails; the first group ends the call if the mistake does. */
  private static void fail(Partitions groups, ErrorCode code) {
    groups.answer(
        (run, group) -> {
          run.memory().take(17, "what a body takes");
          throw new WhatifException(code, "as the test asks");
        });
  }

  @Test
  void aGroupThatFailsGivesItsRowsBack() {
    MemoryBudget budget = MemoryBudget.unlimited();
    Partitions groups = divided(budget);
    long before = budget.used();
    assertThatThrownBy(() -> fail(groups, ErrorCode.CANCELLED)).isInstanceOf(WhatifException.class);
    assertThat(budget.used()).isEqualTo(before);
    fail(groups, ErrorCode.BAD_RELATION);
    assertThat(budget.used()).isEqualTo(before - SORTED);
  }
}
