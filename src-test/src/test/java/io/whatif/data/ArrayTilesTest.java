/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrayTilesTest {
  private static double[] column(Tiles tiles, int column, int rows) {
    double[] values = new double[rows];
    tiles.read(column, 0, values, rows);
    return values;
  }

  @Test
  void columnsOfOneArrayGrowOutOfIt() {
    double[] all = {1, 2, 3, 4, 5, 6};
    Tiles tiles = ArrayTiles.inOne(all, 2, 3);
    assertThat(column(tiles, 0, 3)).containsExactly(1, 2, 3);
    assertThat(column(tiles, 1, 3)).containsExactly(4, 5, 6);
    tiles.write(1, 1, new double[] {9}, 1);
    assertThat(all).containsExactly(1, 2, 3, 4, 9, 6);
    tiles.reserve(4);
    tiles.write(0, 3, new double[] {7}, 1);
    assertThat(column(tiles, 0, 4)).containsExactly(1, 2, 3, 7);
    assertThat(column(tiles, 1, 4)).containsExactly(4, 9, 6, 0);
    assertThat(all).containsExactly(1, 2, 3, 4, 9, 6);
    tiles.close();
    tiles.reserve(1);
    assertThat(tiles.columns()).isEqualTo(2);
    assertThat(column(tiles, 1, 1)).containsExactly(0);
  }
}
