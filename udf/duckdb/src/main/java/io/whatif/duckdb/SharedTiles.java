/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.Tiles;

/** Tiles that several calls read: each closes them once, and with the last their memory goes. */
final class SharedTiles implements Tiles {
  private final Tiles tiles;
  private int readers;

  /**
   * Wraps {@code tiles}.
   *
   * @param readers how often they will be closed
   */
  SharedTiles(Tiles tiles, int readers) {
    this.tiles = tiles;
    this.readers = readers;
  }

  /** Whether a call has still to read them. */
  synchronized boolean isOpen() {
    return readers > 0;
  }

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
  public void read(int column, long position, double[] into, int count) {
    tiles.read(column, position, into, count);
  }

  /** The last reader's word counts. */
  @Override
  public synchronized void release(int column) {
    if (readers == 1) {
      tiles.release(column);
    }
  }

  @Override
  public Tiles sibling(int columns) {
    return tiles.sibling(columns);
  }

  @Override
  public synchronized void close() {
    if (readers > 0 && --readers == 0) {
      tiles.close();
    }
  }
}
