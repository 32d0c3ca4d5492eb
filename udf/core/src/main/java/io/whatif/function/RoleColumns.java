/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.Parallel;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /** Gives the values of a column at {@code rows}, which ascend, block by block. */
  void forEachBlock(int column, int[] rows, Block block) {
    double[] values = new double[BLOCK];
    boolean text = column < table.columns().size() && isText(column);
    int total = (int) table.rows();
    int next = 0;
    for (int from = 0; from < total; from += BLOCK) {
      run.checkCancelled();
      int count = Math.min(BLOCK, total - from);
      table.tiles().read(column, from, values, count);
      if (text) {
        checkHeld(column, values, count);
      }
      if (rows.length < total) {
        int end = from + count;
        for (count = 0; next < rows.length && rows[next] < end; next++) {
          values[count++] = values[rows[next] - from];
        }
      }
      block.accept(values, count);
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
    if (table.idKey() >= 0) {
      table.tiles().release(table.idKey());
      table.tiles().release(table.idKey() + 1);
    }
  }

  double[] all(int column) {
    double[] values = new double[(int) table.rows()];
    forEachRange(
        column, null, (some, from, count) -> System.arraycopy(some, 0, values, from, count));
    return values;
  }

  double[] values(int column, int[] rows) {
    double[] values = new double[rows.length];
    forEachRange(
        column, rows, (some, from, count) -> System.arraycopy(some, 0, values, from, count));
    return values;
  }

  /** Takes the values of some rows from place {@code from} on. */
  interface Piece {
    void accept(double[] values, int from, int count);
  }

  /**
   * Gives the values of a column at {@code rows}, which ascend, in pieces, on all threads.
   *
   * @param rows null for all
   */
  void forEachRange(int column, int @Nullable [] rows, Piece piece) {
    boolean text = column < table.columns().size() && isText(column);
    boolean all = rows == null || rows.length == table.rows();
    Parallel.forEachRange(
        run,
        (int) table.rows(),
        (from, to) -> {
          double[] values = new double[to - from];
          table.tiles().read(column, from, values, values.length);
          if (text) {
            checkHeld(column, values, values.length);
          }
          if (all || rows == null) {
            piece.accept(values, from, values.length);
          } else {
            int first = place(rows, from);
            int next = first;
            for (int count = 0; next < rows.length && rows[next] < to; next++) {
              values[count++] = values[rows[next] - from];
            }
            piece.accept(values, first, next - first);
          }
        });
  }

  /** How many of the rows, which ascend, come before {@code row}. */
  private static int place(int[] rows, int row) {
    int at = Arrays.binarySearch(rows, row);
    return at < 0 ? -at - 1 : at;
  }

  private void checkHeld(int column, double[] codes, int count) {
    for (int i = 0; i < count; i++) {
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
