/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.data.ErrorCode;
import io.whatif.data.HeapTiles;
import io.whatif.data.MemoryBudget;
import io.whatif.data.MemoryExceededException;
import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.data.Tiles;
import io.whatif.data.WhatifException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTilesTest {
  @TempDir private Path directory;

  private SpillFiles files() {
    return new SpillFiles(List.of(directory));
  }

  /** A run of four threads under a limit. */
  private record Limited(MemoryBudget memory, AtomicInteger checks) implements Run {
    Limited(long bytes) {
      this(new MemoryBudget(bytes), new AtomicInteger());
    }

    @Override
    public void checkCancelled() {
      if (checks.incrementAndGet() < 0) {
        throw new WhatifException(ErrorCode.CANCELLED, "was cancelled.");
      }
    }

    @Override
    public void reached(String phase, double share) {}

    @Override
    public int threads() {
      return 4;
    }
  }

  /** Several threads write pieces of any length at positions of their own; all comes back. */
  private static void fill(Run run, Tiles tiles, int rows) {
    SplittableRandom random = new SplittableRandom(7);
    int[] ends = random.ints(rows / 1000, 0, rows).sorted().toArray();
    Parallel.forEach(
        run,
        ends.length + 1,
        piece -> {
          int from = piece == 0 ? 0 : ends[piece - 1];
          int to = piece == ends.length ? rows : ends[piece];
          double[] values = new double[to - from];
          tiles.reserve(to);
          for (int c = 0; c < tiles.columns(); c++) {
            for (int i = from; i < to; i++) {
              values[i - from] = value(c, i);
            }
            tiles.write(c, from, values, values.length);
          }
        });
  }

  @Test
  void roomThatNobodyHasWrittenToIsZero() {
    SpillFiles files = files();
    Tiles tiles = files.tiles(2);
    tiles.reserve(5_000);
    tiles.write(0, 3_000, new double[] {7}, 1);
    double[] read = new double[5_000];
    Arrays.fill(read, 1);
    tiles.read(1, 0, read, read.length);
    assertThat(read).containsOnly(0);
    tiles.read(0, 2_999, read, 3);
    assertThat(read).startsWith(0, 7, 0);
    files.close();
  }

  private static double value(int column, int row) {
    return row % 97 == 0 ? Double.NaN : column * 1e9 + row + 0.1;
  }

  private static void holds(Tiles tiles, int rows) {
    for (int c = 0; c < tiles.columns(); c++) {
      double[] expected = new double[rows];
      double[] read = new double[rows];
      for (int i = 0; i < rows; i++) {
        expected[i] = value(c, i);
      }
      tiles.read(c, 0, read, rows);
      assertThat(read).isEqualTo(expected);
      int from = rows / 3;
      double[] some = new double[rows / 2];
      tiles.read(c, from, some, some.length);
      assertThat(some).isEqualTo(Arrays.copyOfRange(expected, from, from + some.length));
    }
  }

  private long filesLeft() throws IOException {
    try (Stream<Path> left = Files.list(directory)) {
      return left.count();
    }
  }

  @Test
  void whatSeveralThreadsWriteComesBack() throws IOException {
    try (SpillFiles files = files()) {
      Run run = new Limited(1);
      Tiles tiles = files.tiles(3);
      fill(run, tiles, 50_001);
      holds(tiles, 50_001);
      Tiles sibling = tiles.sibling(1);
      tiles.close();
      tiles.close();
      fill(run, sibling, 5_000);
      holds(sibling, 5_000);
      assertThat(files.open()).isEqualTo(1);
    }
    assertThat(filesLeft()).isZero();
  }

  @Test
  void closingAllLeavesNoFileAndNoneCanBeOpened() throws IOException {
    SpillFiles files = files();
    files.tiles(2).write(0, 0, new double[10], 10);
    files.tiles(2);
    files.close();
    assertThat(files.open()).isZero();
    assertThatThrownBy(() -> files.tiles(1)).isInstanceOf(IllegalStateException.class);
    assertThat(filesLeft()).isZero();
  }

  @Test
  void columnsMoveToAFileWhileTheyAreWritten() {
    try (SpillFiles files = files()) {
      int rows = 400_000;
      Limited run = new Limited(2 * 65_536 * 3 * 8);
      BudgetedTiles tiles = BudgetedTiles.inMemory(run, new HeapTiles(3), files);
      fill(run, tiles, rows);
      assertThat(tiles.isInMemory()).isFalse();
      assertThat(tiles.taken()).isZero();
      assertThat(run.memory().used()).isZero();
      assertThat(files.open()).isEqualTo(1);
      holds(tiles, rows);
      tiles.close();
      assertThat(files.open()).isZero();
    }
  }

  @Test
  void valuesReadAreCountedWithThoseOfSiblingsAndNotThoseMoved() {
    try (SpillFiles files = files()) {
      Limited run = new Limited(65_536 * 2 * 8);
      BudgetedTiles tiles = BudgetedTiles.inMemory(run, new HeapTiles(2), files);
      fill(run, tiles, 10_000);
      assertThat(tiles.valuesRead()).isZero();
      double[] values = new double[10_000];
      tiles.read(0, 0, values, 10_000);
      tiles.read(1, 500, values, 20);
      run.memory().take(100, "the scores");
      assertThat(tiles.isInMemory()).isFalse();
      tiles.read(1, 0, values, 10_000);
      BudgetedTiles sibling = tiles.sibling(1);
      fill(run, sibling, 10_000);
      sibling.read(0, 0, values, 1_000);
      assertThat(tiles.valuesRead()).isEqualTo(21_020);
    }
  }

  @Test
  void columnsMakeRoomForWhateverElseIsTaken() {
    try (SpillFiles files = files()) {
      Limited run = new Limited(65_536 * 2 * 8);
      BudgetedTiles tiles = BudgetedTiles.inMemory(run, new HeapTiles(2), files);
      fill(run, tiles, 10_000);
      assertThat(tiles.isInMemory()).isTrue();
      assertThat(tiles.taken()).isEqualTo(run.memory().limit());
      run.memory().take(100, "the scores");
      assertThat(tiles.isInMemory()).isFalse();
      assertThat(run.memory().used()).isEqualTo(100);
      holds(tiles, 10_000);
      BudgetedTiles sibling = tiles.sibling(1);
      sibling.reserve(1);
      assertThat(sibling.isInMemory()).isTrue();
      tiles.close();
      tiles.closeSiblings();
      assertThat(run.memory().used()).isEqualTo(100);
    }
  }

  private static void assertIsReleased(Tiles tiles, int column) {
    String refusal = "column " + column + " is used after it was released";
    assertThatThrownBy(() -> tiles.read(column, 0, new double[1], 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(refusal);
    assertThatThrownBy(() -> tiles.write(column, 0, new double[1], 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(refusal);
  }

  /** A file still has what it had. */
  @Test
  void aColumnOfAFileThatIsReleasedIsNotReadEither() {
    try (SpillFiles files = files()) {
      Limited run = new Limited(1);
      BudgetedTiles tiles = BudgetedTiles.inFile(run, new HeapTiles(2), files);
      fill(run, tiles, 10_000);
      tiles.release(1);
      assertIsReleased(tiles, 1);
      assertThat(run.memory().used()).isZero();
    }
  }

  @Test
  void aReleasedColumnGivesItsRoomBackAndDoesNotMove() {
    try (SpillFiles files = files();
        ArrowMemory memory = ArrowMemory.open().orElseThrow()) {
      for (Tiles store : List.of(new HeapTiles(3), memory.tiles(3))) {
        Limited run = new Limited(65_536 * 3 * 8);
        BudgetedTiles tiles = BudgetedTiles.inMemory(run, store, files);
        fill(run, tiles, 10_000);
        tiles.release(1);
        tiles.release(1);
        assertIsReleased(tiles, 1);
        assertThat(tiles.taken()).isEqualTo(65_536 * 2 * 8);
        assertThat(run.memory().used()).isEqualTo(tiles.taken());
        run.memory().take(run.memory().limit(), "the scores");
        assertThat(tiles.isInMemory()).isFalse();
        double[] values = new double[10_000];
        assertIsReleased(tiles, 1);
        for (int c = 0; c < 3; c += 2) {
          tiles.read(c, 0, values, values.length);
          double[] expected = new double[values.length];
          for (int i = 0; i < expected.length; i++) {
            expected[i] = value(c, i);
          }
          assertThat(values).isEqualTo(expected);
        }
        tiles.close();
        assertThat(run.memory().used()).isEqualTo(run.memory().limit());
      }
    }
  }

  @Test
  void chosenFilesTakeNoMemoryAndHaveSiblingsLikeThem() {
    try (SpillFiles files = files()) {
      Limited run = new Limited(1);
      BudgetedTiles tiles = BudgetedTiles.inFile(run, new HeapTiles(2), files);
      fill(run, tiles, 10_000);
      BudgetedTiles sibling = tiles.sibling(1);
      fill(run, sibling, 10_000);
      assertThat(sibling.isInMemory()).isFalse();
      holds(tiles, 10_000);
      holds(sibling, 10_000);
    }
  }

  @Test
  void columnsThatMayNotMoveEndAtTheBudget() {
    Limited run = new Limited(100);
    run.memory().cannotSpill("it is forbidden");
    BudgetedTiles tiles = BudgetedTiles.inMemory(run, new HeapTiles(2), null);
    assertThatThrownBy(() -> tiles.reserve(70_000))
        .isInstanceOfSatisfying(
            MemoryExceededException.class,
            e -> assertThat(e.purpose()).isEqualTo("70,000 rows of 2 columns"));
    assertThat(run.memory().used()).isZero();
  }

  @Test
  void cancelWhileColumnsMoveLeavesThemWhereTheyWere() {
    try (SpillFiles files = files()) {
      Limited run = new Limited(65_536 * 2 * 8);
      BudgetedTiles tiles = BudgetedTiles.inMemory(run, new HeapTiles(2), files);
      fill(run, tiles, 10_000);
      run.checks().set(Integer.MIN_VALUE);
      assertThatThrownBy(() -> run.memory().take(100, "the scores"))
          .isInstanceOfSatisfying(
              WhatifException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
      assertThat(files.open()).isZero();
      assertThat(tiles.isInMemory()).isTrue();
      assertThat(run.memory().used()).isEqualTo(tiles.taken());
      holds(tiles, 10_000);
    }
  }

  @Test
  void anInterruptEndsTheCallAsACancelDoes() {
    try (SpillFiles files = files()) {
      FileTiles tiles = files.tiles(1);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> tiles.write(0, 0, new double[5], 5))
          .isInstanceOfSatisfying(
              WhatifException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void theNearestFolderThatIsThereIsTaken() {
    try (SpillFiles files = new SpillFiles(List.of(directory.resolve("not/yet")))) {
      Tiles tiles = files.tiles(1);
      fill(new Limited(1), tiles, 3_000);
      holds(tiles, 3_000);
    }
    assertThat(directory.resolve("not")).doesNotExist();
  }

  @Test
  void aFolderThatTakesNoFileIsToldInOneLine() throws IOException {
    Path sealed = Path.of("/proc/self");
    Assumptions.assumeTrue(Files.isDirectory(sealed), "no folder here that refuses even root");
    try (SpillFiles files = new SpillFiles(List.of(sealed))) {
      assertThatThrownBy(() -> files.tiles(1))
          .isInstanceOfSatisfying(
              WhatifException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SPILL_FAILED))
          .hasMessageMatching(
              "the file for rows beyond the memory limit cannot be made: '/proc/self' says .+\\."
                  + " Free space there, SET temp_directory to another, or SET VARIABLE"
                  + " whatif_memory_limit to more\\.");
    }
    try (SpillFiles files = new SpillFiles(List.of(sealed, directory))) {
      fill(new Limited(1), files.tiles(1), 3_000);
    }
    assertThat(filesLeft()).isZero();
  }
}
