/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.arrow;

import java.nio.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Off-heap memory of one estimate. Closing it gives back all that was taken through it, whoever
 * took it.
 */
public final class ArrowMemory implements AutoCloseable {
  private final BufferAllocator allocator;
  private final Set<ArrowBuf> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<ArrowBuf> spare = new ArrayList<>();
  private boolean closed;

  private ArrowMemory(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /**
   * Opens Arrow memory, or gives nothing in a JVM that does not open {@code java.nio} to it ({@code
   * --add-opens=java.base/java.nio=ALL-UNNAMED}). That is asked first, because Arrow would print a
   * stack trace.
   */
  public static Optional<ArrowMemory> open() {
    if (!Buffer.class.getModule().isOpen("java.nio", ArrowBuf.class.getModule())) {
      return Optional.empty();
    }
    return Optional.of(new ArrowMemory(new RootAllocator(Long.MAX_VALUE)));
  }

  /** An empty store with {@code columns} columns. */
  public ArrowTiles tiles(int columns) {
    return new ArrowTiles(this, columns);
  }

  synchronized ArrowBuf take(long bytes) {
    if (closed) {
      throw new IllegalStateException("memory is taken after it was closed");
    }
    for (int i = spare.size() - 1; i >= 0; i--) {
      if (spare.get(i).capacity() == bytes) {
        return spare.remove(i);
      }
    }
    ArrowBuf buffer = allocator.buffer(bytes);
    buffers.add(buffer);
    return buffer;
  }

  /** Gives buffers back for the next who take as much: the system hands out new pages slowly. */
  synchronized void spare(List<ArrowBuf> given) {
    if (!closed) {
      spare.addAll(given);
    }
  }

  /** Gives buffers back, and those that nobody took again. */
  synchronized void giveBack(List<ArrowBuf> given) {
    if (!closed) {
      spare.addAll(given);
      for (ArrowBuf buffer : spare) {
        if (buffers.remove(buffer)) {
          buffer.close();
        }
      }
      spare.clear();
    }
  }

  /** Bytes taken and not given back. */
  public long held() {
    return allocator.getAllocatedMemory();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      buffers.forEach(ArrowBuf::close);
      buffers.clear();
      allocator.close();
    }
  }
}
