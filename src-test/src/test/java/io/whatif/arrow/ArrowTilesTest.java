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
    tiles.reserve(100_000);
    Tiles sibling = tiles.sibling(5);
    sibling.reserve(10);
    long both = memory.held();
    sibling.close();
    sibling.close();
    assertThat(memory.held()).isLessThan(both).isGreaterThanOrEqualTo(100_000L * 16);
    memory.close();
    assertThat(memory.held()).isZero();
    assertThatThrownBy(() -> tiles.reserve(200_000)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void roomIsTakenOnce() {
    try (ArrowMemory memory = ArrowMemory.open().orElseThrow()) {
      ArrowTiles tiles = memory.tiles(1);
      tiles.reserve(tiles.tileRows());
      long held = memory.held();
      tiles.reserve(5);
      assertThat(memory.held()).isEqualTo(held);
      assertThat(held).isLessThanOrEqualTo(tiles.tileRows() * 8L + 1024);
    }
  }
}
