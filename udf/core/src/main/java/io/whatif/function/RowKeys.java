/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.Parallel;
import io.whatif.data.RawTable;
import io.whatif.data.RawTable.RawColumn;
import io.whatif.data.RowOrder;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The key of each usable row, a hash of its {@code id}, else of its treatment and covariates that
 * depends on neither the order of rows nor that of columns. The outcome has no part in it, so that
 * calls with the same nuisances divide the rows alike, whatever their outcome.
 *
 * <p>Rows are ordered by ids that are numbers as these are, since a relation often has that order
 * already, and else by their keys.
 */
final class RowKeys {
  /** Whole numbers below it have a double of their own. */
  private static final long EXACT = 1L << 53;

  /**
   * The bits of a tie that columns decide which no fit depends on, so that calls which differ in
   * them alone have rows that a fit tells apart in the same order, and share it.
   */
  private static final long MINOR = (1L << 24) - 1;

  private final RoleColumns columns;
  private final RawTable table;
  private final RelationRoles roles;
  private final int[] kept;

  RowKeys(RoleColumns columns, int[] kept) {
    this.columns = columns;
    this.table = columns.table();
    this.roles = columns.roles();
    this.kept = kept;
  }

  /** What a row is ordered by, and how its key follows from that. */
  private enum Order {
    /** The whole number that is its id. */
    WHOLE {
      @Override
      long key(long id) {
        return id <= EXACT && id >= -EXACT ? RowOrder.hash((double) id) : Mix.mix(id);
      }
    },
    /** The number that is its id, as bits that ascend with it. */
    NUMBER {
      @Override
      long key(long bits) {
        return RowOrder.hash(Double.longBitsToDouble(ascending(bits)));
      }
    },
    /** A hash of its id or of what it holds. */
    HASH {
      @Override
      long key(long hash) {
        return hash;
      }
    };

    abstract long key(long by);

    /** The bits of a double as a number that ascends with it, and back. */
    static long ascending(long bits) {
      return bits ^ (bits >> (Long.SIZE - 1) & Long.MAX_VALUE);
    }
  }

  private Order order(int id) {
    RawColumn column = table.columns().get(id);
    if (hasHalves(column)) {
      return column.isWhole() ? Order.WHOLE : Order.HASH;
    }
    return columns.isText(id) ? Order.HASH : Order.NUMBER;
  }

  private boolean hasHalves(RawColumn id) {
    return table.idKey() >= 0 && !id.isFloating();
  }

  /** What the kept rows are ordered by, in the order they arrived. */
  private long[] numbers(int id, Order by) {
    long[] numbers = new long[kept.length];
    if (!hasHalves(table.columns().get(id))) {
      long[] texts = textHashes(id);
      columns.forEachRange(
          id,
          kept,
          (values, from, count) -> {
            for (int i = 0; i < count; i++) {
              numbers[from + i] =
                  by == Order.HASH
                      ? hash(values[i], texts)
                      : Order.ascending(Double.doubleToLongBits(values[i] + 0.0));
            }
          });
      return numbers;
    }
    columns.forEachRange(
        table.idKey(),
        kept,
        (uppers, from, count) -> {
          for (int i = 0; i < count; i++) {
            numbers[from + i] = (long) uppers[i] << 32;
          }
        });
    columns.forEachRange(
        table.idKey() + 1,
        kept,
        (lowers, from, count) -> {
          for (int i = 0; i < count; i++) {
            long joined = numbers[from + i] | (long) lowers[i];
            numbers[from + i] = by == Order.HASH ? Mix.mix(joined) : joined;
          }
        });
    return numbers;
  }

  /** Adds a column's part of each row's content hash: a sum, so that column order is free. */
  private void addContent(int column, long[] content) {
    long salt = RowOrder.hash(columns.name(column).toLowerCase(Locale.ROOT));
    long[] texts = textHashes(column);
    columns.forEachRange(
        column,
        kept,
        (values, from, count) -> {
          for (int i = 0; i < count; i++) {
            content[from + i] += Mix.mix(salt ^ hash(values[i], texts));
          }
        });
  }

  private static long hash(double value, long[] texts) {
    return texts.length == 0 || Double.isNaN(value) ? RowOrder.hash(value) : texts[(int) value];
  }

  private long[] textHashes(int column) {
    return columns.isText(column)
        ? columns.dictionary(column).stream().mapToLong(RowOrder::hash).toArray()
        : new long[0];
  }

  /**
   * The order of the kept rows.
   *
   * @param rows of them, ascending by id where that is a number, else by key
   * @param keys of the rows in this order
   */
  record Sorted(RowOrder rows, long[] keys) {}

  /** Rows of one key are ordered by their position where it is known, else by what they hold. */
  Sorted sorted() {
    Integer id = roles.id();
    Order by = id == null ? Order.HASH : order(id);
    long[] numbers = id == null ? nuisanceContent() : numbers(id, by);
    RowOrder rows =
        RowOrder.by(
            columns.run(),
            numbers,
            () ->
                table.rowPositions() >= 0
                    ? positionKeys()
                    : tieKeys(id == null ? numbers.clone() : nuisanceContent()));
    long[] keys = rows.keys();
    Parallel.forEachRange(
        columns.run(),
        keys.length,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            keys[i] = by.key(keys[i]);
          }
        });
    return new Sorted(rows, keys);
  }

  /**
   * An order by the same keys that another call made, with rows of one key as this one has them.
   *
   * @param sorted the keys in that order
   */
  int[] reordered(int[] order, long[] sorted) {
    return RowOrder.settled(
        order,
        sorted,
        () -> table.rowPositions() >= 0 ? positionKeys() : tieKeys(nuisanceContent()));
  }

  /**
   * What tells rows of one key apart; outcome and fold count here only: they change no key.
   *
   * @param ties a hash of each row's treatments and covariates, to which the rest is added
   */
  private long[] tieKeys(long[] ties) {
    roles.listed().outcomes().forEach(column -> addContent(column, ties));
    Integer within = roles.rows().within();
    if (within != null) {
      addContent(within, ties);
    }
    if (roles.fold() != null) {
      addContent(roles.fold(), ties);
    }
    roles.rows().weights().values().forEach(column -> addContent(column, ties));
    Integer instrument = roles.rows().instrument();
    if (instrument != null) {
      addContent(instrument, ties);
    }
    List<Integer> last = roles.rows().last();
    if (!last.isEmpty()) {
      long[] minor = new long[kept.length];
      last.forEach(column -> addContent(column, minor));
      for (int i = 0; i < ties.length; i++) {
        ties[i] = (ties[i] & ~MINOR) | (minor[i] & MINOR);
      }
    }
    return ties;
  }

  private long[] positionKeys() {
    long[] second = new long[kept.length];
    columns.forEachRange(
        table.rowPositions(),
        kept,
        (positions, from, count) -> {
          for (int i = 0; i < count; i++) {
            second[from + i] = (long) positions[i];
          }
        });
    return second;
  }

  /** A hash of each row's treatments and covariates. */
  private long[] nuisanceContent() {
    List<Integer> hashed = new ArrayList<>(roles.covariates(table));
    hashed.addAll(roles.listed().treatments());
    long[] content = new long[kept.length];
    for (int column : hashed) {
      addContent(column, content);
    }
    return content;
  }
}
