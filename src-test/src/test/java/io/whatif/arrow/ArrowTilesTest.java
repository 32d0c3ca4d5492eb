/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.data.HeapTiles;
import io.whatif.data.Tiles;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ArrowTilesTest {

  @Test
  void columnsComeBackAcrossTileEnds() {
    try (ArrowMemory memory = ArrowMemory.open().orElseThrow()) {
      same(memory.tiles(3), new HeapTiles(3), 200_000);
      same(memory.tiles(700), new HeapTiles(700), 3_000);
    }
  }

  private static void same(Tiles tiles, Tiles expected, int rows) {
    SplittableRandom random = new SplittableRandom(7);
    tiles.reserve(rows);
    expected.reserve(rows);
    int column = tiles.columns() - 1;
    for (int from = 0; from < rows; ) {
      int count = Math.min(rows - from, 1 + random.nextInt(2048));
      double[] values = random.doubles(count).toArray();
      tiles.write(column, from, values, count);
      expected.write(column, from, values, count);
      from += count;
    }
    double[] mine = new double[rows];
    double[] theirs = new double[rows];
    tiles.read(column, 0, mine, rows);
    expected.read(column, 0, theirs, rows);
    assertThat(mine).isEqualTo(theirs);
  }

  @Test
  void closingTheMemoryGivesBackAllTiles() {
    ArrowMemory memory = ArrowMemory.open().orElseThrow();
    ArrowTiles tiles = memory.tiles(2);
    fill(tiles, 100_000);
    Tiles sibling = tiles.sibling(5);
    fill(sibling, 10);
    long both = memory.held();
    sibling.close();
    sibling.close();
    assertThat(memory.held()).isLessThan(both).isGreaterThanOrEqualTo(100_000L * 16);
    memory.close();
    assertThat(memory.held()).isZero();
    int further = 2 * tiles.tileRows();
    tiles.reserve(further);
    assertThatThrownBy(() -> tiles.write(0, further - 1, new double[1], 1))
        .isInstanceOf(IllegalStateException.class);
  }

  private static void fill(Tiles tiles, int rows) {
    tiles.reserve(rows);
    for (int c = 0; c < tiles.columns(); c++) {
      tiles.write(c, 0, new double[rows], rows);
    }
  }

  @Test
  void aReleasedColumnIsTheRoomOfTheNextThatIsWritten() {
    try (ArrowMemory memory = ArrowMemory.open().orElseThrow()) {
      ArrowTiles tiles = memory.tiles(3);
      fill(tiles, 100_000);
      long held = memory.held();
      tiles.release(1);
      Tiles sibling = tiles.sibling(1);
      fill(sibling, 100_000);
      assertThat(memory.held()).isEqualTo(held);
      tiles.release(2);
      tiles.close();
      assertThat(memory.held()).isEqualTo(held / 3);
    }
  }

  /** Its memory may be another's by then. */
  @Test
  void aReleasedColumnIsNeitherReadNorWritten() {
    try (ArrowMemory memory = ArrowMemory.open().orElseThrow()) {
      ArrowTiles tiles = memory.tiles(3);
      fill(tiles, 100_000);
      double[] values = new double[100_000];
      tiles.release(1);
      for (int turn = 0; turn < 2; turn++) {
        assertThatThrownBy(() -> tiles.read(1, 0, values, values.length))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("column 1 is used after it was released");
        assertThatThrownBy(() -> tiles.write(1, 0, values, values.length))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("column 1 is used after it was released");
        tiles.read(2, 0, values, values.length);
        tiles.trim();
      }
    }
  }

  @Test
  void roomThatNobodyHasWrittenToHoldsNothing() {
    try (ArrowMemory memory = ArrowMemory.open().orElseThrow()) {
      ArrowTiles tiles = memory.tiles(1);
      tiles.reserve(1_000_000);
      assertThat(memory.held()).isZero();
      double[] values = {1, 2};
      tiles.read(0, 500_000, values, 2);
      assertThat(values).containsOnly(0);
    }
  }

  @Test
  void roomIsTakenOnce() {
    try (ArrowMemory memory = ArrowMemory.open().orElseThrow()) {
      ArrowTiles tiles = memory.tiles(1);
      fill(tiles, tiles.tileRows());
      long held = memory.held();
      fill(tiles, 5);
      assertThat(memory.held()).isEqualTo(held);
      assertThat(held).isLessThanOrEqualTo(tiles.tileRows() * 8L + 1024);
    }
  }
}
