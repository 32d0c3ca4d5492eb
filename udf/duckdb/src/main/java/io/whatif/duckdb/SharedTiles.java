/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.Tiles;
import io.whatif.data.TilesView;

/**
 * Tiles that several calls read, each through a view of its own: with the last their memory goes.
 */
final class SharedTiles {
  private final Tiles tiles;
  private int readers;

  /**
   * Shares {@code tiles}.
   *
   * @param readers how many views will be closed
   */
  SharedTiles(Tiles tiles, int readers) {
    this.tiles = tiles;
    this.readers = readers;
  }

  /** Whether a call has still to read them. */
  synchronized boolean isOpen() {
    return readers > 0;
  }

  /** The view of one call. What it made of the tiles may be read until the last call ends. */
  Tiles reader() {
    return new Reader();
  }

  private synchronized void release(int column) {
    if (readers == 1) {
      tiles.release(column);
    }
  }

  private synchronized void closeOne() {
    if (readers > 0 && --readers == 0) {
      tiles.close();
    }
  }

  private final class Reader implements TilesView {
    private boolean closed;

    @Override
    public Tiles tiles() {
      return tiles;
    }

    /** The last reader's word counts. */
    @Override
    public void release(int column) {
      SharedTiles.this.release(column);
    }

    @Override
    public void trim() {
      tiles.trim();
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        closeOne();
      }
    }
  }
}
