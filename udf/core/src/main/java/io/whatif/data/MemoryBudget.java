/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes an estimate may hold; asked before memory is taken, told when it is given back.
 * Where it does not suffice, those who can do with less are asked to give some back. Safe for use
 * by several threads.
 */
public final class MemoryBudget {
  private final long limit;
  private final @Nullable MemoryBudget whole;
  private final AtomicLong used = new AtomicLong();
  private final List<Lender> lenders = new CopyOnWriteArrayList<>();
  private volatile @Nullable String unspilled;

  /** Who holds memory that it can do without. */
  @FunctionalInterface
  public interface Lender {
    /** Gives back what it can, by {@link MemoryBudget#giveBack}. It may be asked again. */
    void giveBack();
  }

  public MemoryBudget(long limitBytes) {
    this(limitBytes, null);
  }

  private MemoryBudget(long limitBytes, @Nullable MemoryBudget whole) {
    if (limitBytes <= 0) {
      throw new IllegalArgumentException("memory limit must be positive: " + limitBytes);
    }
    this.limit = limitBytes;
    this.whole = whole;
  }

  /** A budget for one piece of the work: it takes from this one, and is given back as a whole. */
  public MemoryBudget part() {
    return new MemoryBudget(limit, this);
  }

  /** Gives back all that is taken. */
  public void giveBackAll() {
    giveBack(used.get());
  }

  /** No limit but the machine's. */
  public static MemoryBudget unlimited() {
    return new MemoryBudget(Long.MAX_VALUE / 4);
  }

  /**
   * Takes {@code bytes}, if need be after lenders gave theirs back, or throws {@link
   * MemoryExceededException} and takes nothing. The caller holds no lock that a lender needs.
   *
   * @param purpose what the memory is for, as a user would say it
   */
  public void take(long bytes, String purpose) {
    take(() -> bytes, () -> purpose);
  }

  /**
   * As {@link #take(long, String)}, where what is needed may become less when lenders give back.
   *
   * @param purpose asked for where the budget does not suffice
   * @return the bytes taken
   */
  public long take(LongSupplier needed, Supplier<String> purpose) {
    if (whole != null) {
      long taken = whole.take(needed, purpose);
      used.addAndGet(taken);
      return taken;
    }
    long bytes = needed.getAsLong();
    if (tryTake(bytes)) {
      return bytes;
    }
    for (Lender lender : lenders) {
      lender.giveBack();
      bytes = needed.getAsLong();
      if (tryTake(bytes)) {
        return bytes;
      }
    }
    throw new MemoryExceededException(purpose.get(), used.get() + bytes, limit, unspilled);
  }

  /**
   * Takes {@code bytes} if so many are free, without asking lenders.
   *
   * @return whether they are taken
   */
  public boolean takeFree(long bytes) {
    boolean taken = whole == null ? tryTake(bytes) : whole.takeFree(bytes);
    if (taken && whole != null) {
      used.addAndGet(bytes);
    }
    return taken;
  }

  /**
   * Takes {@code bytes} that can be done without, if {@code times} as many are free.
   *
   * @return whether they are taken
   */
  public boolean takeFree(long bytes, int times) {
    boolean taken = takeFree(times * bytes);
    if (taken) {
      giveBack((times - 1) * bytes);
    }
    return taken;
  }

  private boolean tryTake(long bytes) {
    long held = used.get();
    while (bytes == 0 || bytes <= limit - held) {
      if (bytes == 0 || used.compareAndSet(held, held + bytes)) {
        return true;
      }
      held = used.get();
    }
    return false;
  }

  public void giveBack(long bytes) {
    used.addAndGet(-bytes);
    if (whole != null) {
      whole.giveBack(bytes);
    }
  }

  /** Has {@code lender} asked from now on when the budget does not suffice, in order of adding. */
  public void add(Lender lender) {
    if (whole != null) {
      whole.add(lender);
      return;
    }
    lenders.add(lender);
  }

  public void remove(Lender lender) {
    if (whole != null) {
      whole.remove(lender);
      return;
    }
    lenders.remove(lender);
  }

  /** Tells why no memory can be made free by moving rows to a file, to stand in the error. */
  public void cannotSpill(String reason) {
    if (whole != null) {
      whole.cannotSpill(reason);
      return;
    }
    unspilled = reason;
  }

  public long limit() {
    return limit;
  }

  public long used() {
    return used.get();
  }
}
