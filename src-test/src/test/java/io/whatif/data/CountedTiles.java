/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.concurrent.atomic.LongAdder;

/** A store that counts the values read of it. */
public record CountedTiles(Tiles tiles, LongAdder valuesRead) implements TilesView {
  /** A dataset on the heap whose reads are counted. */
  public static Dataset of(Schema schema, LongAdder valuesRead, double[]... values) {
    Tiles tiles = new HeapTiles(values.length);
    int rows = values[0].length;
    tiles.reserve(rows);
    for (int c = 0; c < values.length; c++) {
      tiles.write(c, 0, values[c], rows);
    }
    return new StoredDataset(schema, new CountedTiles(tiles, valuesRead), rows);
  }

  @Override
  public void read(int column, long position, double[] into, int first, int count) {
    valuesRead.add(count);
    tiles.read(column, position, into, first, count);
  }
}
