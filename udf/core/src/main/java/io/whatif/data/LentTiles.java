/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import org.jspecify.annotations.Nullable;

/** Tiles that stay open when their reader closes them: others read them after. */
public record LentTiles(Tiles tiles) implements Tiles {
  @Override
  public int columns() {
    return tiles.columns();
  }

  @Override
  public void reserve(long rows) {
    tiles.reserve(rows);
  }

  @Override
  public void write(int column, long position, double[] values, int count) {
    tiles.write(column, position, values, count);
  }

  @Override
  public void read(int column, long position, double[] into, int first, int count) {
    tiles.read(column, position, into, first, count);
  }

  @Override
  public Tiles sibling(int columns) {
    return tiles.sibling(columns);
  }

  @Override
  public @Nullable Tiles room(int columns, long rows, String purpose) {
    return tiles.room(columns, rows, purpose);
  }

  @Override
  public void close() {
    // whoever lends them closes them
  }
}
