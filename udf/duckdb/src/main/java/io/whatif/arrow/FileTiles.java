/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.arrow;

import io.whatif.data.Batch;
import io.whatif.data.Spare;
import io.whatif.data.Tiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Columns in a temporary file: blocks of as many rows as a batch has, in each column after column,
 * doubles in the machine's order. So a batch reads one piece of 16 KiB for each column it asks for.
 *
 * <p>Memory: one such piece for each thread that reads or writes at once; the system's cache of the
 * file is not counted. A full disk or a failing one is a {@link io.whatif.data.WhatifException}.
 */
public final class FileTiles implements Tiles {
  private static final int ROWS = Batch.CAPACITY;
  private static final int BYTES = ROWS * Double.BYTES;

  private final SpillFiles files;
  private final int columns;
  private final Path directory;
  private final FileChannel channel;
  private final Spare<ByteBuffer> spare = new Spare<>(FileTiles::buffer);
  private final AtomicBoolean closed = new AtomicBoolean();

  FileTiles(SpillFiles files, int columns, Path directory, FileChannel channel) {
    this.files = files;
    this.columns = columns;
    this.directory = directory;
    this.channel = channel;
  }

  @Override
  public int columns() {
    return columns;
  }

  /** Nothing to do: the file grows by being written. */
  @Override
  public void reserve(long rows) {}

  @Override
  public void write(int column, long position, double[] values, int count) {
    ByteBuffer buffer = spare.take();
    try {
      for (int done = 0; done < count; ) {
        int n = Math.min(count - done, left(position + done));
        buffer.clear().limit(n * Double.BYTES);
        buffer.asDoubleBuffer().put(values, done, n);
        long at = offset(column, position + done);
        while (buffer.hasRemaining()) {
          at += channel.write(buffer, at);
        }
        done += n;
      }
    } catch (IOException e) {
      throw SpillFiles.failure("written", directory, e);
    }
    spare.giveBack(buffer);
  }

  @Override
  public void read(int column, long position, double[] into, int first, int count) {
    ByteBuffer buffer = spare.take();
    try {
      for (int done = 0; done < count; ) {
        int n = Math.min(count - done, left(position + done));
        buffer.clear().limit(n * Double.BYTES);
        long at = offset(column, position + done);
        while (buffer.hasRemaining()) {
          int got = channel.read(buffer, at);
          if (got < 0) {
            buffer.put(new byte[buffer.remaining()]); // room that nobody has written to
          }
          at += got;
        }
        buffer.flip().asDoubleBuffer().get(into, first + done, n);
        done += n;
      }
    } catch (IOException e) {
      throw SpillFiles.failure("read", directory, e);
    }
    spare.giveBack(buffer);
  }

  /** Rows from {@code position} to the end of its block. */
  private static int left(long position) {
    return ROWS - (int) (position % ROWS);
  }

  private long offset(int column, long position) {
    return (position / ROWS * columns + column) * BYTES + position % ROWS * Double.BYTES;
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(BYTES).order(ByteOrder.nativeOrder());
  }

  @Override
  public Tiles sibling(int count) {
    return files.tiles(count);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    files.closed(this);
    spare.clear();
    try {
      channel.close();
    } catch (IOException e) {
      // What it held is not wanted any more.
      throw SpillFiles.failure("closed", directory, e);
    }
  }
}
