/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.arrow;

import io.whatif.data.Batch;
import io.whatif.data.MemoryBudget;
import io.whatif.data.Run;
import io.whatif.data.Tiles;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Columns in memory that the budget of a run is asked for, and that move to a file when the budget
 * does not suffice: for their own rows, or for whatever else the run takes memory for. Positions
 * stay what they are, so nobody notices but by the time it takes.
 *
 * <p>Writers of disjoint positions and readers may work at once, also while the columns move.
 */
public final class BudgetedTiles implements Tiles {
  /** Rows memory is taken for at a time. */
  private static final int STEP = 1 << 16;

  private final Run run;
  private final @Nullable SpillFiles files;
  private final MemoryBudget.Lender lender = this::move;

  /**
   * Held for reading by those who use {@link #tiles}, for writing by who replaces or grows it. By
   * nobody twice; it need not know who holds it, which each of a million reads would pay for.
   */
  private final ReadWriteLock use = new StampedLock().asReadWriteLock();

  /** Held by the one thread that asks for memory; taken before {@link #use}, never after. */
  private final Object growing = new Object();

  /** Whether rows lie in a file from the first on. */
  private final boolean chosen;

  /** Counts the values read of this store and its siblings. */
  private final LongAdder valuesRead;

  /** All that was made of the store that was there first. */
  private final List<BudgetedTiles> siblings;

  /** The store in memory that was there first, open or closed: it gives siblings of its kind. */
  private final Tiles origin;

  private Tiles tiles;
  private final BitSet released = new BitSet();
  private boolean moved;
  private boolean closed;
  private long taken;
  private volatile long reserved;

  private BudgetedTiles(
      Run run,
      Tiles memory,
      @Nullable SpillFiles files,
      boolean chosen,
      LongAdder valuesRead,
      List<BudgetedTiles> siblings) {
    this.run = run;
    this.origin = memory;
    this.tiles = chosen && files != null ? files.tiles(memory.columns()) : memory;
    this.files = files;
    this.chosen = chosen;
    this.moved = chosen;
    this.valuesRead = valuesRead;
    this.siblings = siblings;
    if (files != null && !chosen) {
      run.memory().add(lender);
    }
  }

  /**
   * Columns in memory.
   *
   * @param memory an empty store
   * @param files where to move to, or null if that is not allowed
   */
  public static BudgetedTiles inMemory(Run run, Tiles memory, @Nullable SpillFiles files) {
    return new BudgetedTiles(
        run, memory, files, false, new LongAdder(), new CopyOnWriteArrayList<>());
  }

  /**
   * Columns that lie in a file from the first row on, and so do their siblings.
   *
   * @param memory an empty store of as many columns, of the kind that {@link #room} is in memory
   */
  public static BudgetedTiles inFile(Run run, Tiles memory, SpillFiles files) {
    return new BudgetedTiles(
        run, memory, files, true, new LongAdder(), new CopyOnWriteArrayList<>());
  }

  @Override
  public int columns() {
    return origin.columns();
  }

  @Override
  public void reserve(long rows) {
    if (rows <= reserved) {
      return;
    }
    synchronized (growing) {
      if (rows > reserved) {
        grow(rows);
      }
    }
  }

  private void grow(long rows) {
    long wanted = (rows + STEP - 1) / STEP * STEP;
    long all = (wanted - reserved) * Double.BYTES * columns();
    Supplier<String> purpose =
        () -> String.format(Locale.ROOT, "%,d rows of %d columns", rows, columns());
    hold(wanted, run.memory().take(() -> isInMemory() ? all : 0, purpose));
  }

  /** Makes room by so many more bytes, which are taken; given back if this lies in a file now. */
  private void hold(long rows, long bytes) {
    use.writeLock().lock();
    try {
      if (moved || closed) {
        run.memory().giveBack(bytes);
      } else {
        taken += bytes;
        tiles.reserve(rows);
      }
      reserved = rows;
    } finally {
      use.writeLock().unlock();
    }
  }

  /** Whether the columns are in memory still. */
  public boolean isInMemory() {
    use.readLock().lock();
    try {
      return !moved;
    } finally {
      use.readLock().unlock();
    }
  }

  private void move() {
    SpillFiles to = files;
    use.writeLock().lock();
    try {
      if (moved || closed || to == null) {
        return;
      }
      Tiles file = to.tiles(columns());
      try {
        copy(tiles, file);
      } catch (RuntimeException | Error e) {
        file.close();
        throw e;
      }
      tiles.close();
      tiles = file;
      moved = true;
      run.memory().giveBack(taken);
      taken = 0;
    } finally {
      use.writeLock().unlock();
    }
  }

  private void copy(Tiles from, Tiles to) {
    double[] values = new double[Batch.CAPACITY];
    for (long at = 0; at < reserved; at += values.length) {
      run.checkCancelled();
      run.reached("writing rows to a file", 0);
      int count = (int) Math.min(values.length, reserved - at);
      for (int c = released.nextClearBit(0); c < from.columns(); c = released.nextClearBit(c + 1)) {
        from.read(c, at, values, count);
        to.write(c, at, values, count);
      }
    }
  }

  @Override
  public void write(int column, long position, double[] values, int count) {
    use.readLock().lock();
    try {
      checkHeld(column);
      tiles.write(column, position, values, count);
    } finally {
      use.readLock().unlock();
    }
  }

  @Override
  public void read(int column, long position, double[] into, int first, int count) {
    use.readLock().lock();
    try {
      checkHeld(column);
      tiles.read(column, position, into, first, count);
      valuesRead.add(count);
    } finally {
      use.readLock().unlock();
    }
  }

  /** Asked here too, because a file still has what was written to it. */
  private void checkHeld(int column) {
    if (released.get(column)) {
      throw Tiles.released(column);
    }
  }

  @Override
  public void release(int column) {
    use.writeLock().lock();
    try {
      if (!released.get(column) && !closed) {
        released.set(column);
        tiles.release(column);
        long bytes = moved ? 0 : reserved * Double.BYTES;
        run.memory().giveBack(bytes);
        taken -= bytes;
      }
    } finally {
      use.writeLock().unlock();
    }
  }

  @Override
  public void trim() {
    use.readLock().lock();
    try {
      tiles.trim();
    } finally {
      use.readLock().unlock();
    }
  }

  /**
   * A store of the same run: in a file if that was chosen for this one, else in memory again, which
   * there may be now that this one has moved.
   */
  @Override
  public BudgetedTiles sibling(int count) {
    BudgetedTiles next =
        new BudgetedTiles(run, origin.sibling(count), files, chosen, valuesRead, siblings);
    siblings.add(next);
    return next;
  }

  /** A sibling that takes what is free and asks no lender; what is read of it is not counted. */
  @Override
  public BudgetedTiles room(int count, long rows, String purpose) {
    long bytes = Double.BYTES * rows * count;
    boolean free = run.memory().takeFree(bytes);
    boolean inFile = !free && files != null;
    if (!free && !inFile) {
      run.memory().take(bytes, purpose);
    }
    BudgetedTiles next =
        new BudgetedTiles(run, origin.sibling(count), files, inFile, new LongAdder(), siblings);
    siblings.add(next);
    next.hold(rows, inFile ? 0 : bytes);
    return next;
  }

  /** Closes all that was made of this store, which was there first; itself stays. */
  public void closeSiblings() {
    siblings.forEach(BudgetedTiles::close);
    siblings.clear();
  }

  /** How many values of this store and its siblings were read, each as often as it was. */
  public long valuesRead() {
    return valuesRead.sum();
  }

  /** Bytes of the budget that this store and its siblings hold. */
  public long takenByAll() {
    return taken() + siblings.stream().mapToLong(BudgetedTiles::taken).sum();
  }

  /** Bytes of the budget that this store holds, without its siblings. */
  public long taken() {
    use.readLock().lock();
    try {
      return taken;
    } finally {
      use.readLock().unlock();
    }
  }

  @Override
  public void close() {
    siblings.remove(this);
    run.memory().remove(lender);
    use.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        tiles.close();
        run.memory().giveBack(taken);
        taken = 0;
      }
    } finally {
      use.writeLock().unlock();
    }
  }
}
