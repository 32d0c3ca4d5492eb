/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** More memory was asked for than the budget allows. Nothing was taken. */
public final class MemoryExceededException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String purpose;
  private final long needed;
  private final long limit;
  private final @Nullable String unspilled;

  MemoryExceededException(String purpose, long needed, long limit, @Nullable String unspilled) {
    super(purpose + " needs " + needed + " bytes, the limit is " + limit);
    this.purpose = purpose;
    this.needed = needed;
    this.limit = limit;
    this.unspilled = unspilled;
  }

  public String purpose() {
    return purpose;
  }

  /** Bytes in all that would have been held. */
  public long needed() {
    return needed;
  }

  public long limit() {
    return limit;
  }

  /** Why rows could not be moved to a file to make room; empty if they can be. */
  public Optional<String> unspilled() {
    return Optional.ofNullable(unspilled);
  }
}
