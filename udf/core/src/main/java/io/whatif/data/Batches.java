/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where the rows of a call lie: chosen before the first is read. */
public enum Batches {
  /** In memory, as long as the budget suffices; then in a file. */
  MEMORY,
  /** In a temporary file from the first row on. */
  SPILLED;

  /** Bytes that are held for each row beside its columns: keys, order, predictions, scores. */
  public static final long ROW_BYTES = 100;

  /**
   * {@link #MEMORY} if the budget holds {@code rows} x {@code columns} doubles twice, as they come
   * and in order, and {@link #ROW_BYTES} a row.
   */
  public static Batches of(long rows, int columns, long limitBytes) {
    double needed = (double) rows * (2.0 * Double.BYTES * columns + ROW_BYTES);
    return needed > limitBytes ? SPILLED : MEMORY;
  }

  /** The value of this name in either case; {@link #MEMORY} for null and for what is no name. */
  public static Batches named(@Nullable Object name) {
    return SPILLED.text().equalsIgnoreCase(String.valueOf(name)) ? SPILLED : MEMORY;
  }

  /** The name in lower case, as plans show it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
