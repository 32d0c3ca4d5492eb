/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.Alone;
import io.whatif.data.ArrayTiles;
import io.whatif.data.ErrorCode;
import io.whatif.data.OwnedTiles;
import io.whatif.data.Parallel;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.Tiles;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Warning;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A relation cut into the groups that {@code partition_by} names, and the answering of each by
 * itself.
 *
 * <p>The rows are copied once in the order of their groups; a group is then a range of rows. Groups
 * of few rows are answered side by side, each on one thread; those of many one after the other on
 * all threads. What a group's answer is depends on its own rows alone.
 *
 * <p>Memory: the relation's columns once more, 8 bytes a value, where the relation's own are; and
 * those of each group that is being answered, where the relation's own are if it has many rows,
 * else on the heap.
 */
final class Partitions {
  /** Rows from which on a group is worth several threads, and memory beside the heap. */
  private static final int MANY_ROWS = 100_000;

  /** Rows of a group that are in hand at a time, on their way into its own columns. */
  private static final int PIECE = 1 << 15;

  /** Bytes a row while rows are divided: their order, groups and ranks, and a column twice. */
  private static final long HELD_BYTES = 56;

  /** The mistakes that rows can make; others are in the call, and hold for every group. */
  private static final Set<ErrorCode> OF_ROWS =
      EnumSet.of(ErrorCode.BAD_RELATION, ErrorCode.BAD_COLUMN);

  private static final Set<ErrorCode> FATAL =
      EnumSet.of(
          ErrorCode.CANCELLED, ErrorCode.OUT_OF_MEMORY, ErrorCode.SPILL_FAILED, ErrorCode.INTERNAL);

  private final Run run;
  private final RawTable table;
  private final Tiles sorted;
  private final GroupKeys keys;

  private Partitions(Run run, RawTable table, Tiles sorted, GroupKeys keys) {
    this.run = run;
    this.table = table;
    this.sorted = sorted;
    this.keys = keys;
  }

  /** Whether a call asks for groups. */
  static boolean asked(Arguments arguments) {
    return arguments.isGiven("partition_by") && !arguments.names("partition_by").isEmpty();
  }

  /**
   * Cuts {@code table} into groups, and closes its tiles: their rows are here.
   *
   * @throws WhatifException on a mistake in the arguments that name columns, and on keys that
   *     cannot be told apart
   */
  static Partitions of(Run run, RawTable table, Arguments arguments) {
    if (table.rows() == 0) {
      throw StudyBuilder.noRows();
    }
    List<Integer> columns = RelationRoles.of(table, arguments).keys();
    run.reached("dividing rows", 0);
    run.memory()
        .take((HELD_BYTES + 8L * columns.size()) * table.rows(), "dividing the rows into groups");
    GroupKeys keys = GroupKeys.of(table, "partition_by", columns);
    int n = (int) table.rows();
    Tiles sorted = table.tiles().sibling(table.width());
    sorted.reserve(n);
    int[] order = keys.order();
    double[] values = new double[n];
    double[] moved = new double[n];
    for (int c = 0; c < sorted.columns(); c++) {
      run.checkCancelled();
      table.tiles().read(c, 0, values, n);
      for (int i = 0; i < n; i++) {
        moved[i] = values[order[i]];
      }
      sorted.write(c, 0, moved, n);
    }
    table.tiles().close();
    return new Partitions(run, table, sorted, keys);
  }

  GroupKeys keys() {
    return keys;
  }

  /**
   * What became of one group.
   *
   * @param group its number, in the order of the keys
   * @param result the answer, null if there is none
   * @param refusal why there is none, else null
   */
  record Outcome<T>(int group, @Nullable T result, @Nullable WhatifException refusal) {
    /** The refusal as a doubt beside figures that are NULL. */
    Warning warning() {
      if (refusal == null) {
        throw new IllegalStateException("group " + group + " was answered");
      }
      return new Warning("group_refused", Warning.Severity.SEVERE, refusal.message());
    }
  }

  /**
   * Answers every group.
   *
   * @throws WhatifException what is wrong with the call itself, if no group could be answered
   */
  <T> List<Outcome<T>> answer(BiFunction<Run, RawTable, T> body) {
    int count = keys.count();
    List<@Nullable Outcome<T>> outcomes = new ArrayList<>(Collections.nCopies(count, null));
    List<Integer> few = new ArrayList<>();
    AtomicInteger begun = new AtomicInteger();
    for (int g = 0; g < count; g++) {
      if (keys.rows(g) >= MANY_ROWS) {
        run.progress("group", begun.getAndIncrement(), count);
        outcomes.set(g, answer(g, run.threads(), body));
      } else {
        few.add(g);
      }
    }
    Parallel.forEach(
        run,
        few.size(),
        i -> {
          run.progress("group", begun.getAndIncrement(), count);
          outcomes.set(few.get(i), answer(few.get(i), 1, body));
        });
    List<Outcome<T>> all = new ArrayList<>();
    outcomes.forEach(outcome -> all.add(java.util.Objects.requireNonNull(outcome)));
    sorted.close();
    if (all.stream().allMatch(outcome -> outcome.result() == null)) {
      all.stream()
          .map(Outcome::refusal)
          .filter(refusal -> refusal != null && !OF_ROWS.contains(refusal.code()))
          .findFirst()
          .ifPresent(
              refusal -> {
                throw refusal;
              });
    }
    return all;
  }

  private <T> Outcome<T> answer(int group, int threads, BiFunction<Run, RawTable, T> body) {
    Alone alone = Alone.of(run, threads);
    boolean many = keys.rows(group) >= MANY_ROWS;
    OwnedTiles owned = many ? OwnedTiles.like(sorted, sorted.columns()) : null;
    try {
      Tiles tiles = owned == null ? onHeap(alone, group) : owned;
      return new Outcome<>(group, body.apply(alone, slice(group, tiles)), null);
    } catch (WhatifException e) {
      if (FATAL.contains(e.code())) {
        throw e;
      }
      return new Outcome<>(group, null, e);
    } finally {
      if (owned != null) {
        owned.closeAll();
      }
      alone.memory().giveBackAll();
    }
  }

  /** An empty store of arrays, which ask no budget: that of {@code alone} is asked here. */
  private Tiles onHeap(Run alone, int group) {
    long bytes = (long) Double.BYTES * sorted.columns() * keys.rows(group);
    alone.memory().take(bytes, "the rows of a group");
    return new ArrayTiles(sorted.columns());
  }

  /** Copies the rows of a group to {@code tiles}, piece by piece. */
  private RawTable slice(int group, Tiles tiles) {
    int rows = keys.rows(group);
    tiles.reserve(rows);
    double[] values = new double[Math.min(rows, PIECE)];
    for (int c = 0; c < tiles.columns(); c++) {
      run.checkCancelled();
      for (int at = 0; at < rows; at += Math.min(values.length, rows - at)) {
        int count = Math.min(values.length, rows - at);
        sorted.read(c, keys.from(group) + at, values, count);
        tiles.write(c, at, values, count);
      }
    }
    return new RawTable(
        table.columns(),
        tiles,
        rows,
        table.dictionaries(),
        table.rowPositions(),
        table.idKey(),
        table.allNames());
  }
}
