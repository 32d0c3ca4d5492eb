/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.arrow.BudgetedTiles;
import io.whatif.arrow.SpillFiles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowColumnsTest {
  private static final int ROWS = 5_000;
  private static final long BYTES = 16L * ROWS;

  @TempDir private Path directory;

  private static double value(int column, int row) {
    return row % 97 == 0 ? Double.NaN : 1e6 * column + row + 0.1;
  }

  private static double[] column(int column) {
    double[] values = new double[ROWS];
    Arrays.setAll(values, row -> value(column, row));
    return values;
  }

  /** Two columns, written by several threads a batch at a time. */
  private static RowColumns written(Run run, Tiles near) {
    RowColumns room = RowColumns.of(run, near, 2, ROWS, "two columns");
    int batches = (ROWS + Batch.CAPACITY - 1) / Batch.CAPACITY;
    Parallel.forEach(
        run,
        batches,
        b -> {
          int from = b * Batch.CAPACITY;
          int count = Math.min(Batch.CAPACITY, ROWS - from);
          RowColumns.Piece piece = room.piece(from, count);
          for (int row = from; row < from + count; row++) {
            piece.columns()[0][row - piece.first()] = value(0, row);
            piece.columns()[1][row - piece.first()] = value(1, row);
          }
          piece.end();
        });
    return room;
  }

  private static void holds(RowColumns room) {
    for (int c = 0; c < 2; c++) {
      RowValues values = room.column(c);
      double[] expected = column(c);
      assertThat(values.rows()).isEqualTo(ROWS);
      assertThat(values.toArray()).isEqualTo(expected);
      double[] some = new double[3];
      values.read(2047, 3, some);
      assertThat(some).isEqualTo(Arrays.copyOfRange(expected, 2047, 2050));
      for (int most : new int[] {ROWS, 300, 10}) {
        RowSample drawn = RowSample.of(ROWS, most);
        assertThat(values.at(drawn)).isEqualTo(drawn.of(expected));
      }
    }
  }

  /** The last has room for one column of two: a file holds both. */
  @ParameterizedTest
  @ValueSource(longs = {BYTES, BYTES - 1, BYTES / 2})
  void columnsAreTheSameInMemoryAndInAFile(long limit) {
    Run run = new LimitedRun(new MemoryBudget(limit), 4);
    try (SpillFiles files = new SpillFiles(List.of(directory))) {
      BudgetedTiles near = BudgetedTiles.inFile(run, new HeapTiles(1), files);
      boolean inMemory = limit >= BYTES;
      RowColumns room = written(run, near);
      holds(room);
      assertThat(run.memory().used()).isEqualTo(inMemory ? BYTES : 0);
      assertThat(files.open()).isEqualTo(inMemory ? 1 : 2);
      room.close();
      room.close();
      assertThat(run.memory().used()).isZero();
      assertThat(files.open()).isEqualTo(1);
    }
  }

  @Test
  void columnsInMemoryMoveToAFileWhenSomethingElseNeedsTheirs() {
    Run run = new LimitedRun(new MemoryBudget(BYTES), 4);
    try (SpillFiles files = new SpillFiles(List.of(directory))) {
      BudgetedTiles near = BudgetedTiles.inMemory(run, new HeapTiles(1), files);
      RowColumns room = written(run, near);
      assertThat(near.takenByAll()).isEqualTo(BYTES);
      run.memory().take(1, "one byte");
      assertThat(run.memory().used()).isEqualTo(1);
      assertThat(near.isInMemory()).isFalse();
      assertThat(files.open()).isEqualTo(2);
      holds(room);
      room.close();
      assertThat(run.memory().used()).isEqualTo(1);
      assertThat(files.open()).isEqualTo(1);
      assertThat(near.valuesRead()).isZero();
    }
  }

  @Test
  void whatIsLeftOpenClosesWithTheStoreItWasMadeBeside() {
    Run run = new LimitedRun(new MemoryBudget(1), 4);
    try (SpillFiles files = new SpillFiles(List.of(directory))) {
      BudgetedTiles first = BudgetedTiles.inFile(run, new HeapTiles(1), files);
      written(run, new LentTiles(first.sibling(3)));
      assertThat(files.open()).isEqualTo(3);
      first.closeSiblings();
      assertThat(files.open()).isEqualTo(1);
      assertThat(first.valuesRead()).isZero();
    }
  }

  @Test
  void nobodyIsAskedToGiveBackWhereThereMayBeAFile() {
    Run run = new LimitedRun(new MemoryBudget(BYTES), 4);
    AtomicInteger asked = new AtomicInteger();
    run.memory().add(asked::incrementAndGet);
    run.memory().take(1, "one byte");
    try (SpillFiles files = new SpillFiles(List.of(directory))) {
      written(run, BudgetedTiles.inFile(run, new HeapTiles(1), files)).close();
    }
    assertThat(asked).hasValue(0);
  }

  @Test
  void withoutAFileOthersGiveBackOrTheBudgetEndsIt() {
    Run run = new LimitedRun(new MemoryBudget(BYTES), 4);
    run.memory().take(1, "one byte");
    assertThatThrownBy(() -> written(run, new HeapTiles(1)))
        .isInstanceOfSatisfying(
            MemoryExceededException.class, e -> assertThat(e.purpose()).isEqualTo("two columns"));
    assertThat(run.memory().used()).isEqualTo(1);
    run.memory().add(() -> run.memory().giveBack(1));
    try (RowColumns room = written(run, new HeapTiles(1))) {
      holds(room);
      assertThat(run.memory().used()).isEqualTo(BYTES);
    }
  }

  @Test
  void aPartOfABudgetTakesWhatTheWholeHasFree() {
    MemoryBudget whole = new MemoryBudget(100);
    MemoryBudget part = whole.part();
    assertThat(part.takeFree(60)).isTrue();
    assertThat(part.takeFree(60)).isFalse();
    assertThat(whole.used()).isEqualTo(60);
    assertThat(part.used()).isEqualTo(60);
    part.giveBackAll();
    assertThat(whole.used()).isZero();
  }

  /** Pieces of any length, also such that begin in the midst of a batch. */
  @Test
  void aWindowShowsTheSameRowsOfAnArrayAndOfAStore() {
    HeapTiles tiles = new HeapTiles(1);
    tiles.reserve(ROWS);
    tiles.write(0, 0, column(0), ROWS);
    RowValues array = RowValues.of(column(1));
    RowWindow mixed = new RowWindow(RowValues.of(tiles, 0, ROWS), array, RowValues.NONE);
    RowWindow arrays = new RowWindow(RowValues.of(column(0)), array);
    assertThat(arrays.column(1)).isSameAs(array.array());
    assertThat(mixed.column(2)).isEmpty();
    for (int step : new int[] {1, 256, 1000, Batch.CAPACITY}) {
      for (int from = step == 1 ? 4_990 : 7; from < ROWS; from += step) {
        int to = Math.min(ROWS, from + step);
        for (RowWindow window : List.of(mixed, arrays)) {
          window.moveTo(from, to);
          for (int row = from; row < to; row++) {
            assertThat(window.column(0)[row - window.first()])
                .isEqualTo(Double.valueOf(value(0, row)));
            assertThat(window.column(1)[row - window.first()])
                .isEqualTo(Double.valueOf(value(1, row)));
          }
        }
      }
    }
    assertThatThrownBy(() -> mixed.moveTo(0, Batch.CAPACITY + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** What a store is read for is counted: rows here and there are not worth a batch each. */
  @Test
  void aWindowReadsAheadOnlyWhereRowsFollow() {
    Run run = new LimitedRun(MemoryBudget.unlimited(), 1);
    BudgetedTiles tiles = BudgetedTiles.inMemory(run, new HeapTiles(1), null);
    tiles.reserve(ROWS);
    tiles.write(0, 0, column(0), ROWS);
    RowWindow window = new RowWindow(RowValues.of(tiles, 0, ROWS));
    window.moveTo(0, 1);
    assertThat(tiles.valuesRead()).isEqualTo(Batch.CAPACITY);
    window.moveTo(4_000, 4_003);
    assertThat(window.column(0)[4_002 - window.first()]).isEqualTo(value(0, 4_002));
    assertThat(tiles.valuesRead()).isEqualTo(Batch.CAPACITY + 3);
    window.moveTo(4_003, 4_004);
    assertThat(window.column(0)[4_003 - window.first()]).isEqualTo(value(0, 4_003));
    int toTheEndOfTheBatch = 2 * Batch.CAPACITY - 4_003;
    assertThat(tiles.valuesRead()).isEqualTo(Batch.CAPACITY + 3 + toTheEndOfTheBatch);
  }
}
