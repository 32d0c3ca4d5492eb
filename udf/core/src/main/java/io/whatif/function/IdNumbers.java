/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.AscendingRuns;
import io.whatif.data.RawTable;
import io.whatif.data.RawTable.RawColumn;
import io.whatif.data.RowOrder;
import io.whatif.data.Spare;
import io.whatif.data.Tiles;
import io.whatif.data.WholeBits;
import io.whatif.math.Mix;

/**
 * The number of each row that its id gives, by which rows are ordered: of an id that is a number
 * one that ascends with it, else a hash; and the key that follows from it. Those of rows without id
 * mean nothing.
 */
final class IdNumbers implements AscendingRuns.Keys {
  /** Whole numbers up to it have the key of the double that they are. */
  private static final long DOUBLE = 1L << 53;

  /** Rows that are read at a time. */
  private static final int BLOCK = 4096;

  private final Tiles tiles;
  private final int column;
  private final int further;
  private final long[] texts;
  private final Kind kind;
  private final Spare<double[][]> spare = new Spare<>(() -> new double[2][BLOCK]);

  /** What an id is. */
  private enum Kind {
    /** A whole number of 64 bits, of which a further column has the last ones. */
    WHOLE,
    /** A number that is a double. */
    NUMBER,
    /** Anything, of which two further columns have the halves of a hash. */
    HASHED,
    /** A text by its code. */
    TEXT
  }

  /**
   * The ids of a relation.
   *
   * @param texts the hash of each text of the column; empty if it holds none
   */
  IdNumbers(RawTable table, int id, long[] texts) {
    RawColumn column = table.columns().get(id);
    this.tiles = table.tiles();
    this.column = id;
    this.further = table.idKey();
    this.texts = texts;
    this.kind =
        table.hashesIds(id)
            ? Kind.HASHED
            : column.kind() == RawTable.Kind.TEXT
                ? Kind.TEXT
                : further >= 0 && column.isWhole() ? Kind.WHOLE : Kind.NUMBER;
  }

  /** Whether the numbers ascend with the ids, so that rows may have arrived in their order. */
  boolean ascend() {
    return kind == Kind.WHOLE || kind == Kind.NUMBER;
  }

  @Override
  public void read(int from, int count, long[] into, int first) {
    double[][] read = spare.take();
    for (int done = 0; done < count; done += BLOCK) {
      int some = Math.min(BLOCK, count - done);
      read(from + done, some, read[0], read[1]);
      toNumbers(read[0], read[1], some, into, first + done);
    }
    spare.giveBack(read);
  }

  private void read(int from, int count, double[] own, double[] other) {
    if (kind == Kind.HASHED) {
      tiles.read(further, from, own, count);
      tiles.read(further + 1, from, other, count);
      return;
    }
    tiles.read(column, from, own, count);
    if (kind == Kind.WHOLE) {
      tiles.read(further, from, other, count);
    }
  }

  private void toNumbers(double[] own, double[] other, int count, long[] into, int first) {
    if (kind == Kind.NUMBER) {
      for (int i = 0; i < count; i++) {
        into[first + i] = ascending(Double.doubleToLongBits(own[i] + 0.0));
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      into[first + i] =
          switch (kind) {
            case WHOLE -> WholeBits.of(own[i], other[i]);
            case HASHED -> Mix.mix(((long) own[i] << 32) | (long) other[i]);
            default -> RowKeys.hash(own[i], texts);
          };
    }
  }

  /** Puts keys in the stead of the numbers at {@code from..to-1}. */
  void toKeys(long[] numbers, int from, int to) {
    if (kind == Kind.NUMBER) {
      for (int i = from; i < to; i++) {
        numbers[i] = RowOrder.hash(Double.longBitsToDouble(ascending(numbers[i])));
      }
    } else if (kind == Kind.WHOLE) {
      for (int i = from; i < to; i++) {
        long id = numbers[i];
        boolean exact = id <= DOUBLE && id >= -DOUBLE;
        numbers[i] = exact ? RowOrder.hash((double) id) : Mix.mix(id);
      }
    }
  }

  /** The bits of a double as a number that ascends with it, and back. */
  private static long ascending(long bits) {
    return bits ^ (bits >> (Long.SIZE - 1) & Long.MAX_VALUE);
  }
}
