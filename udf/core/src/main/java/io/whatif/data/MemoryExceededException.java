/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/** More memory was asked for than the budget allows. Nothing was taken. */
public final class MemoryExceededException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String purpose;
  private final long needed;
  private final long limit;

  MemoryExceededException(String purpose, long needed, long limit) {
    super(purpose + " needs " + needed + " bytes, the limit is " + limit);
    this.purpose = purpose;
    this.needed = needed;
    this.limit = limit;
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
}
