/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.AscendingRuns;
import io.whatif.data.ErrorCode;
import io.whatif.data.Parallel;
import io.whatif.data.RawTable;
import io.whatif.data.RowPlaces;
import io.whatif.data.RowSelection;
import io.whatif.data.Run;
import io.whatif.data.Tiles;
import io.whatif.data.WhatifException;
import java.util.List;
import java.util.Map;

/**
 * The columns of a relation that play a part, read and named as the user named them. A text column
 * is refused here if its dictionary did not hold it.
 */
record RoleColumns(Run run, RawTable table, Arguments arguments, RelationRoles roles) {
  /** Rows that are read at a time, where columns are not read as a whole. */
  private static final int BLOCK = 4096;

  String name(int column) {
    return table.columns().get(column).name();
  }

  String role(int column) {
    if (roles.listed().treatments().contains(column)) {
      return "treatment";
    }
    if (roles.listed().outcomes().contains(column)) {
      return "outcome";
    }
    if (roles.features().contains(column)) {
      return "features";
    }
    if (roles.controls().contains(column)) {
      return "controls";
    }
    if (Integer.valueOf(column).equals(roles.id())) {
      return roles.rows().clustered() ? "cluster" : "id";
    }
    for (Map.Entry<String, Integer> number : roles.rows().numbers().entrySet()) {
      if (number.getValue() == column) {
        return number.getKey();
      }
    }
    if (Integer.valueOf(column).equals(roles.rows().instrument())) {
      return "instrument";
    }
    if (roles.rows().by().contains(column)) {
      return "by";
    }
    return Integer.valueOf(column).equals(roles.fold()) ? "fold" : "id";
  }

  /** Takes the values of some rows, which follow those it was given before. */
  interface Block {
    void accept(double[] values, int count);
  }

  /** Gives the values of a column at some rows, block by block. */
  void forEachBlock(int column, RowSelection rows, Block block) {
    read(column, rows, 0, (int) table.rows(), (values, from, count) -> block.accept(values, count));
  }

  /** Gives the values of a column at those of the rows {@code from..to-1} that are chosen. */
  private void read(int column, RowSelection rows, int from, int to, Piece piece) {
    double[] values = new double[Math.min(BLOCK, to - from)];
    int[] own = new int[rows.isAll() ? 0 : values.length];
    int place = rows.before(from);
    for (int at = from; at < to; at += Math.min(values.length, to - at)) {
      run.checkCancelled();
      int count = Math.min(values.length, to - at);
      table.tiles().read(column, at, values, count);
      checkHeld(column, values, count);
      if (!rows.isAll()) {
        count = rows.among(at, count, own);
        for (int i = 0; i < count; i++) {
          values[i] = values[own[i]];
        }
      }
      if (count > 0) {
        piece.accept(values, place, count);
        place += count;
      }
    }
  }

  /**
   * Says that a covariate is not read again: its room is given back where it plays no other part
   * and nobody else reads the relation.
   */
  void release(int column) {
    if (!roles.isUsedBesides(column)) {
      table.tiles().release(column);
    }
  }

  /** Says that the ids are not read again, as {@link #release}: keys were made of them. */
  void releaseIds() {
    Integer id = roles.id();
    if (id != null && !roles.isUsedBesidesId(id) && !roles.covariates(table).contains(id)) {
      table.tiles().release(id);
    }
    for (int c = table.idKey(); c >= 0 && c < table.tiles().columns(); c++) {
      table.tiles().release(c);
    }
  }

  double[] values(int column, RowSelection rows) {
    double[] values = new double[rows.size()];
    forEachRange(
        column, rows, (some, from, count) -> System.arraycopy(some, 0, values, from, count));
    return values;
  }

  /** The values of a column in the order of a study's rows. */
  double[] ordered(int column, RowPlaces places) {
    if (places instanceof AscendingRuns runs) {
      double[] values = new double[runs.size()];
      Tiles ordered = runs.ordered(table.tiles());
      Parallel.forEachRange(
          run, values.length, (from, to) -> ordered.read(column, from, values, from, to - from));
      checkHeld(column, values, values.length);
      return values;
    }
    long passing = Double.BYTES * table.rows();
    run.memory().take(passing, "the values of a column");
    try {
      return places.of(values(column, RowSelection.all((int) table.rows())));
    } finally {
      run.memory().giveBack(passing);
    }
  }

  /**
   * Takes the values of some rows, one at least, from a place {@code from} on that no other has.
   */
  interface Piece {
    void accept(double[] values, int from, int count);
  }

  /**
   * Gives the values of a column at some rows in pieces, on all threads.
   *
   * @param rows whose places are counted
   */
  void forEachRange(int column, RowSelection rows, Piece piece) {
    Parallel.forEachRange(
        run, (int) table.rows(), (from, to) -> read(column, rows, from, to, piece));
  }

  /** Refuses texts that the column's dictionary did not hold any more. */
  private void checkHeld(int column, double[] codes, int count) {
    boolean text = column < table.columns().size() && isText(column);
    for (int i = 0; text && i < count; i++) {
      if (codes[i] == RawTable.OVERFLOW) {
        throw new WhatifException(
            ErrorCode.BAD_COLUMN,
            "%s => '%s': has too many different texts to read. Group them into fewer, or leave it out%s."
                .formatted(role(column), name(column), exclusion(column)));
      }
    }
  }

  /** How a column that was not named is left out, to end a sentence. */
  String exclusion(int column) {
    return role(column).equals("controls") && !arguments.isGiven("controls")
        ? " with exclude => ['" + name(column) + "']"
        : "";
  }

  boolean isText(int column) {
    return table.columns().get(column).kind() == RawTable.Kind.TEXT;
  }

  List<String> dictionary(int column) {
    return table.dictionary(column);
  }

  /** As {@link RangeCheck}, of all values at once. */
  void checkRange(int column, double[] values) {
    range(values).check(this, column);
  }

  /** What a {@link RangeCheck} finds in numbers. */
  RangeCheck range(double[] values) {
    RangeCheck all = new RangeCheck();
    Parallel.forEachRange(
        run,
        values.length,
        (from, to) -> {
          RangeCheck some = new RangeCheck();
          some.add(values, from, to);
          synchronized (all) {
            all.add(some);
          }
        });
    return all;
  }
}
