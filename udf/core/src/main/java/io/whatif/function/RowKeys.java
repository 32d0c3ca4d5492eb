/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.AscendingRuns;
import io.whatif.data.ListedPlaces;
import io.whatif.data.MemoryBudget;
import io.whatif.data.Parallel;
import io.whatif.data.RawTable;
import io.whatif.data.RowOrder;
import io.whatif.data.RowPlaces;
import io.whatif.data.RowSelection;
import io.whatif.data.Run;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The key of each usable row, a hash of its {@code id}, else of its treatment and covariates that
 * depends on neither the order of rows nor that of columns. The outcome has no part in it, so that
 * calls with the same nuisances divide the rows alike, whatever their outcome.
 *
 * <p>Rows are ordered by ids that are numbers as these are, since a relation often has that order
 * already, and else by their keys.
 */
final class RowKeys {
  /** Fewer rows are moved, so that a relation need not be kept for them. */
  private static final int FEW = 1 << 14;

  /** Bytes a row while rows are ordered that arrived in none: what they are ordered by. */
  private static final long NUMBER_BYTES = 8;

  /** Bytes a row to put columns into that order. */
  private static final long MOVING_BYTES = 8;

  /** Bytes a row of that order. */
  private static final long PLACE_BYTES = 4;

  /**
   * The bits of a tie that columns decide which no fit depends on, so that calls which differ in
   * them alone have rows that a fit tells apart in the same order, and share it.
   */
  private static final long MINOR = (1L << 24) - 1;

  private final Run run;
  private final RoleColumns columns;
  private final RawTable table;
  private final RelationRoles roles;
  private final RowSelection kept;

  RowKeys(RoleColumns columns, RowSelection kept) {
    this.run = columns.run();
    this.columns = columns;
    this.table = columns.table();
    this.roles = columns.roles();
    this.kept = kept;
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

  /** The hash of a value, or of the text that it is the code of. */
  static long hash(double value, long[] texts) {
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
   * @param places of them in the relation, ascending by id where that is a number, else by key
   * @param keys of the rows in this order
   * @param order to move columns by; null where the rows are read where they lie
   */
  record Sorted(RowPlaces places, long[] keys, @Nullable RowOrder order) {}

  /**
   * Orders the rows. Those of one key stand by their position where it is known, else by what they
   * hold.
   *
   * @param passing the memory of what is given back when all columns are in order
   */
  Sorted sorted(MemoryBudget passing) {
    Integer id = roles.id();
    IdNumbers ids =
        id == null
            ? null
            : new IdNumbers(table, id, table.hashesIds(id) ? new long[0] : textHashes(id));
    if (ids != null && ids.ascend() && kept.isAll() && kept.size() >= FEW) {
      AscendingRuns runs = AscendingRuns.of(run, kept.size(), ids);
      if (runs != null) {
        return new Sorted(runs, keys(runs, ids), null);
      }
    }
    run.memory().take(PLACE_BYTES * kept.size(), "the keys and the order of rows");
    passing.take((NUMBER_BYTES + MOVING_BYTES) * kept.size(), "the keys and the order of rows");
    RowOrder order = order(ids, passing);
    long[] keys = order.keys();
    if (ids != null) {
      forEachRow((from, to) -> ids.toKeys(keys, from, to));
    }
    int[] rows = order.rows();
    kept.toRows(run, rows);
    passing.giveBack(NUMBER_BYTES * kept.size());
    return new Sorted(new ListedPlaces(rows), keys, order);
  }

  private RowOrder order(@Nullable IdNumbers ids, MemoryBudget passing) {
    long[] numbers = ids == null ? nuisanceContent() : numbers(ids);
    return RowOrder.by(
        run,
        numbers,
        () -> secondary(passing, () -> ids == null ? numbers.clone() : nuisanceContent()));
  }

  /**
   * What rows of one key are ordered by: where they stand if that is known, else what they hold.
   */
  private long[] secondary(MemoryBudget passing, Supplier<long[]> content) {
    boolean minor = table.rowPositions() < 0 && !roles.rows().last().isEmpty();
    passing.take((minor ? 2 : 1) * NUMBER_BYTES * kept.size(), "the contents of rows of one key");
    return table.rowPositions() >= 0 ? positionKeys() : tieKeys(content.get());
  }

  /** What the kept rows are ordered by, in the order they arrived. */
  private long[] numbers(IdNumbers ids) {
    long[] numbers = new long[kept.size()];
    Parallel.forEachRange(
        run,
        (int) table.rows(),
        (from, to) -> {
          if (kept.isAll()) {
            ids.read(from, to - from, numbers, from);
            return;
          }
          long[] all = new long[to - from];
          int[] own = new int[to - from];
          ids.read(from, all.length, all, 0);
          int count = kept.among(from, own.length, own);
          int first = kept.before(from);
          for (int i = 0; i < count; i++) {
            numbers[first + i] = all[own[i]];
          }
        });
    return numbers;
  }

  /** The keys of rows that are read where they lie: they need no more room than that. */
  private long[] keys(AscendingRuns runs, IdNumbers ids) {
    long[] keys = new long[runs.size()];
    forEachRow(
        (from, to) -> {
          runs.forEachPiece(
              from, to, (place, source, count) -> ids.read(source, count, keys, place));
          ids.toKeys(keys, from, to);
        });
    return keys;
  }

  private void forEachRow(Parallel.Range range) {
    Parallel.forEachRange(run, kept.size(), range);
  }

  /**
   * An order by the same keys that another call made, with rows of one key as this one has them.
   * Asked of all rows of the relation.
   *
   * @param order whose rows are some of the relation's
   * @param sorted the keys in that order
   */
  RowPlaces reordered(RowPlaces order, long[] sorted) {
    if (!(order instanceof ListedPlaces listed)) {
      return order; // no two rows have one key
    }
    run.memory().take(PLACE_BYTES * order.size(), "the keys and the order of rows");
    MemoryBudget passing = run.memory().part();
    try {
      return new ListedPlaces(
          RowOrder.settled(listed.rows(), sorted, () -> secondary(passing, this::nuisanceContent)));
    } finally {
      passing.giveBackAll();
    }
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
      long[] minor = new long[kept.size()];
      last.forEach(column -> addContent(column, minor));
      for (int i = 0; i < ties.length; i++) {
        ties[i] = (ties[i] & ~MINOR) | (minor[i] & MINOR);
      }
    }
    return ties;
  }

  private long[] positionKeys() {
    long[] second = new long[kept.size()];
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
    long[] content = new long[kept.size()];
    for (int column : hashed) {
      addContent(column, content);
    }
    return content;
  }
}
