/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.time.LocalDate;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ids of rows.
 *
 * @param name the column's, empty if none was named
 * @param sqlType its type, empty if none was named
 * @param kind what the values are
 * @param values of each row: a whole number, the bits of a double, or a place among the texts,
 *     which is -1 of a text that was not held; any of a row without id
 * @param texts the texts there are
 * @param without the rows whose id is NULL
 */
public record RowIds(
    String name, String sqlType, Kind kind, long[] values, List<String> texts, BitSet without) {
  /** What tells rows apart. */
  public enum Kind {
    /** Nothing that is kept: no column was named, or one that is no number, text or date. */
    NONE,
    WHOLE,
    NUMBER,
    TEXT
  }

  /** The whole numbers of 64 bits without a sign. */
  public static final String UNSIGNED = "UBIGINT";

  /** Rows without ids. */
  public static final RowIds NONE = none("", "");

  public RowIds {
    texts = List.copyOf(texts);
  }

  /** Rows without ids: those of the column are not kept. */
  public static RowIds none(String name, String sqlType) {
    return new RowIds(name, sqlType, Kind.NONE, new long[0], List.of(), new BitSet());
  }

  /** Whether the values are bits of numbers from 0 to 2^64 - 1. */
  public boolean isUnsigned() {
    return sqlType.equals(UNSIGNED);
  }

  /** Whether a row has an id. */
  public boolean isKnown(int row) {
    return kind != Kind.NONE && !without.get(row);
  }

  /** The id of a row as a text that casts to its type; null if it has none. */
  public @Nullable String text(int row) {
    if (!isKnown(row)) {
      return null;
    }
    return switch (kind) {
      case NONE -> null;
      case WHOLE -> isUnsigned() ? Long.toUnsignedString(values[row]) : Long.toString(values[row]);
      case NUMBER -> number(Double.longBitsToDouble(values[row]));
      case TEXT -> values[row] < 0 ? null : texts.get((int) values[row]);
    };
  }

  private String number(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    if (sqlType.equals("DATE") && whole) {
      return LocalDate.ofEpochDay((long) value).toString();
    }
    return whole ? Long.toString((long) value) : Double.toString(value);
  }

  /** Those of some rows. */
  public RowIds of(int[] rows) {
    if (kind == Kind.NONE) {
      return this;
    }
    long[] some = new long[rows.length];
    BitSet unknown = new BitSet();
    for (int i = 0; i < some.length; i++) {
      some[i] = values[rows[i]];
      unknown.set(i, without.get(rows[i]));
    }
    return new RowIds(name, sqlType, kind, some, texts, unknown);
  }
}
