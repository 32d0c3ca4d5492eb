/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import org.jspecify.annotations.Nullable;

/** The columns of two stores side by side: those of the first, then those of the second. */
public record JoinedTiles(Tiles first, Tiles second) implements Tiles {
  @Override
  public int columns() {
    return first.columns() + second.columns();
  }

  @Override
  public void reserve(long rows) {
    first.reserve(rows);
    second.reserve(rows);
  }

  @Override
  public void write(int column, long position, double[] values, int count) {
    int own = first.columns();
    if (column < own) {
      first.write(column, position, values, count);
    } else {
      second.write(column - own, position, values, count);
    }
  }

  @Override
  public void read(int column, long position, double[] into, int first, int count) {
    int own = this.first.columns();
    if (column < own) {
      this.first.read(column, position, into, first, count);
    } else {
      second.read(column - own, position, into, first, count);
    }
  }

  @Override
  public Tiles sibling(int columns) {
    return first.sibling(columns);
  }

  @Override
  public @Nullable Tiles room(int columns, long rows, String purpose) {
    return first.room(columns, rows, purpose);
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
