/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.arrow;

import io.whatif.data.Tiles;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * Columns in Arrow buffers of up to 262,144 doubles each, fewer when there are many columns. Safe
 * for writers of disjoint positions: the buffers are addressed absolutely.
 */
public final class ArrowTiles implements Tiles {
  private static final int MAX_SHIFT = 18;
  private static final int MIN_SHIFT = 11;

  /** Doubles a tile holds over all columns, about. */
  private static final int TILE_CELLS = 1 << 23;

  private final ArrowMemory memory;
  private final int columns;
  private final int shift;
  private final int mask;

  /** Of each tile the buffers of its columns; null before the first write and once released. */
  private final List<@Nullable ArrowBuf[]> buffers = new ArrayList<>();

  private volatile List<AtomicReferenceArray<@Nullable DoubleBuffer>> tiles = List.of();

  private final BitSet released = new BitSet();

  ArrowTiles(ArrowMemory memory, int columns) {
    this(memory, columns, shift(columns));
  }

  private ArrowTiles(ArrowMemory memory, int columns, int shift) {
    this.memory = memory;
    this.columns = columns;
    this.shift = shift;
    this.mask = (1 << shift) - 1;
  }

  private static int shift(int columns) {
    int fit = 31 - Integer.numberOfLeadingZeros(TILE_CELLS / Math.max(1, columns));
    return Math.max(MIN_SHIFT, Math.min(MAX_SHIFT, fit));
  }

  @Override
  public int columns() {
    return columns;
  }

  /** Rows memory is taken for at a time. */
  public int tileRows() {
    return 1 << shift;
  }

  /** Makes room for tiles; their buffers are taken when they are first written to. */
  @Override
  public synchronized void reserve(long rows) {
    int needed = Math.toIntExact((rows + mask) >>> shift);
    if (needed <= tiles.size()) {
      return;
    }
    List<AtomicReferenceArray<@Nullable DoubleBuffer>> grown = new ArrayList<>(tiles);
    while (grown.size() < needed) {
      buffers.add(new ArrowBuf[columns]);
      grown.add(new AtomicReferenceArray<>(columns));
    }
    tiles = grown;
  }

  private DoubleBuffer writable(int tile, int column) {
    DoubleBuffer known = tiles.get(tile).get(column);
    return known == null ? taken(tile, column) : known;
  }

  private synchronized DoubleBuffer taken(int tile, int column) {
    DoubleBuffer known = tiles.get(tile).get(column);
    if (known != null) {
      return known;
    }
    checkHeld(column);
    int bytes = Double.BYTES << shift;
    ArrowBuf buffer = memory.take(bytes);
    buffers.get(tile)[column] = buffer;
    DoubleBuffer view = buffer.nioBuffer(0, bytes).order(ByteOrder.nativeOrder()).asDoubleBuffer();
    tiles.get(tile).set(column, view);
    return view;
  }

  @Override
  public void write(int column, long position, double[] values, int count) {
    int done = 0;
    while (done < count) {
      long at = position + done;
      int offset = (int) at & mask;
      int n = Math.min(count - done, mask + 1 - offset);
      writable((int) (at >>> shift), column).put(offset, values, done, n);
      done += n;
    }
  }

  @Override
  public void read(int column, long position, double[] into, int first, int count) {
    List<AtomicReferenceArray<@Nullable DoubleBuffer>> now = tiles;
    int done = 0;
    while (done < count) {
      long at = position + done;
      int offset = (int) at & mask;
      int n = Math.min(count - done, mask + 1 - offset);
      DoubleBuffer buffer = now.get((int) (at >>> shift)).get(column);
      if (buffer != null) {
        buffer.get(offset, into, first + done, n);
      } else {
        checkHeld(column);
        Arrays.fill(into, first + done, first + done + n, 0); // room that nobody has written to
      }
      done += n;
    }
  }

  private synchronized void checkHeld(int column) {
    if (released.get(column)) {
      throw Tiles.released(column);
    }
  }

  @Override
  public synchronized void release(int column) {
    released.set(column);
    memory.spare(given(column));
  }

  @Override
  public void trim() {
    memory.giveBack(List.of());
  }

  private List<ArrowBuf> given(int column) {
    List<ArrowBuf> given = new ArrayList<>();
    for (int tile = 0; tile < buffers.size(); tile++) {
      ArrowBuf buffer = buffers.get(tile)[column];
      if (buffer != null) {
        given.add(buffer);
        buffers.get(tile)[column] = null;
        tiles.get(tile).set(column, null); // what is behind it is another's, or nobody's
      }
    }
    return given;
  }

  /** Tiles of as many rows, which take what this store gives back. */
  @Override
  public Tiles sibling(int count) {
    return new ArrowTiles(memory, count, shift);
  }

  @Override
  public synchronized void close() {
    List<ArrowBuf> given = new ArrayList<>();
    for (int c = 0; c < columns; c++) {
      given.addAll(given(c));
    }
    tiles = List.of();
    released.set(0, columns);
    memory.giveBack(given);
    buffers.clear();
  }
}
