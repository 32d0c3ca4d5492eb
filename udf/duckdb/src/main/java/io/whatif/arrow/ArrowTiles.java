/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.arrow;

import io.whatif.data.Tiles;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * Columns in Arrow buffers of up to 65,536 doubles each, fewer when there are many columns. Safe
 * for writers of disjoint positions: the buffers are addressed absolutely.
 */
public final class ArrowTiles implements Tiles {
  private static final int MAX_SHIFT = 16;
  private static final int MIN_SHIFT = 11;

  /** Doubles a tile holds over all columns, about. */
  private static final int TILE_CELLS = 1 << 21;

  private final ArrowMemory memory;
  private final int columns;
  private final int shift;
  private final int mask;

  /** Of each tile the buffers of its columns; null once released. */
  private final List<@Nullable ArrowBuf[]> buffers = new ArrayList<>();

  private volatile DoubleBuffer[][] tiles = new DoubleBuffer[0][];

  ArrowTiles(ArrowMemory memory, int columns) {
    this.memory = memory;
    this.columns = columns;
    int fit = 31 - Integer.numberOfLeadingZeros(TILE_CELLS / Math.max(1, columns));
    this.shift = Math.max(MIN_SHIFT, Math.min(MAX_SHIFT, fit));
    this.mask = (1 << shift) - 1;
  }

  @Override
  public int columns() {
    return columns;
  }

  /** Rows memory is taken for at a time. */
  public int tileRows() {
    return 1 << shift;
  }

  @Override
  public synchronized void reserve(long rows) {
    int needed = Math.toIntExact((rows + mask) >>> shift);
    DoubleBuffer[][] old = tiles;
    if (needed <= old.length) {
      return;
    }
    DoubleBuffer[][] grown = Arrays.copyOf(old, needed);
    int bytes = Double.BYTES << shift;
    for (int t = old.length; t < needed; t++) {
      DoubleBuffer[] tile = new DoubleBuffer[columns];
      @Nullable ArrowBuf[] held = new ArrowBuf[columns];
      buffers.add(held);
      for (int c = 0; c < columns; c++) {
        ArrowBuf buffer = memory.take(bytes);
        held[c] = buffer;
        tile[c] = buffer.nioBuffer(0, bytes).order(ByteOrder.nativeOrder()).asDoubleBuffer();
      }
      grown[t] = tile;
    }
    tiles = grown;
  }

  @Override
  public void write(int column, long position, double[] values, int count) {
    DoubleBuffer[][] now = tiles;
    int done = 0;
    while (done < count) {
      long at = position + done;
      int offset = (int) at & mask;
      int n = Math.min(count - done, mask + 1 - offset);
      now[(int) (at >>> shift)][column].put(offset, values, done, n);
      done += n;
    }
  }

  @Override
  public void read(int column, long position, double[] into, int count) {
    DoubleBuffer[][] now = tiles;
    int done = 0;
    while (done < count) {
      long at = position + done;
      int offset = (int) at & mask;
      int n = Math.min(count - done, mask + 1 - offset);
      now[(int) (at >>> shift)][column].get(offset, into, done, n);
      done += n;
    }
  }

  @Override
  public synchronized void release(int column) {
    List<ArrowBuf> given = new ArrayList<>();
    for (@Nullable ArrowBuf[] tile : buffers) {
      ArrowBuf buffer = tile[column];
      if (buffer != null) {
        given.add(buffer);
        tile[column] = null;
      }
    }
    memory.giveBack(given);
  }

  @Override
  public Tiles sibling(int count) {
    return memory.tiles(count);
  }

  @Override
  public synchronized void close() {
    tiles = new DoubleBuffer[0][];
    for (int c = 0; c < columns; c++) {
      release(c);
    }
    buffers.clear();
  }
}
