/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes an estimate may hold; asked before memory is taken, told when it is given back.
 */
public final class MemoryBudget {
  private final long limit;
  private final @Nullable MemoryBudget whole;
  private final AtomicLong used = new AtomicLong();

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
   * Takes {@code bytes}, or throws {@link MemoryExceededException} and takes nothing.
   *
   * @param purpose what the memory is for, as a user would say it
   */
  public void take(long bytes, String purpose) {
    if (whole != null) {
      whole.take(bytes, purpose);
      used.addAndGet(bytes);
      return;
    }
    long now = used.addAndGet(bytes);
    if (now > limit) {
      used.addAndGet(-bytes);
      throw new MemoryExceededException(purpose, now, limit);
    }
  }

  public void giveBack(long bytes) {
    used.addAndGet(-bytes);
    if (whole != null) {
      whole.giveBack(bytes);
    }
  }

  public long limit() {
    return limit;
  }

  public long used() {
    return used.get();
  }
}
