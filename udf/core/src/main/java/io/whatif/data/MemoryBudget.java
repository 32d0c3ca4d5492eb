/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes an estimate may hold; asked before memory is taken, told when it is given back.
 */
public final class MemoryBudget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  public MemoryBudget(long limitBytes) {
    if (limitBytes <= 0) {
      throw new IllegalArgumentException("memory limit must be positive: " + limitBytes);
    }
    this.limit = limitBytes;
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
    long now = used.addAndGet(bytes);
    if (now > limit) {
      used.addAndGet(-bytes);
      throw new MemoryExceededException(purpose, now, limit);
    }
  }

  public void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }

  public long limit() {
    return limit;
  }

  public long used() {
    return used.get();
  }
}
