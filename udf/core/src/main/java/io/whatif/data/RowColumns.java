/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import org.jspecify.annotations.Nullable;

/**
 * Room for numbers of each row that passes write, each thread the rows of its own, and that are
 * read when all are there. It is in memory or in a file, which shows in nothing but the time.
 *
 * <p>Memory: 8 bytes a row and column, or where it is a file 8 bytes for each row and column that
 * is just being written.
 */
public final class RowColumns implements AutoCloseable {
  private final int columns;
  private final int rows;

  /** The columns in memory; null where they are in a file. */
  private final double @Nullable [][] arrays;

  private final @Nullable Tiles file;
  private final @Nullable MemoryBudget memory;

  /** Bytes of the budget that it holds. */
  private long taken;

  private RowColumns(
      int columns,
      int rows,
      double @Nullable [][] arrays,
      @Nullable Tiles file,
      @Nullable MemoryBudget memory) {
    this.columns = columns;
    this.rows = rows;
    this.arrays = arrays;
    this.file = file;
    this.memory = memory;
    this.taken = memory == null ? 0 : bytes(columns, rows);
  }

  /** Makes room for so many columns. */
  @FunctionalInterface
  public interface Maker {
    RowColumns of(int columns);
  }

  /** Columns in memory that the caller has taken from the budget, and gives back. */
  public static RowColumns taken(int columns, int rows) {
    return new RowColumns(columns, rows, new double[columns][rows], null, null);
  }

  /**
   * Columns in memory if the run's budget has room for them, else in a file; where there can be no
   * file, in memory that others give back.
   *
   * @param near the store whose kind of file it is
   * @param purpose what the room is for, as a user would say it
   * @throws MemoryExceededException if there is neither
   */
  static RowColumns of(Run run, Tiles near, int columns, int rows, String purpose) {
    MemoryBudget memory = run.memory();
    if (!memory.takeFree(bytes(columns, rows))) {
      Tiles file = near.inFile(columns);
      if (file != null) {
        file.reserve(rows);
        return new RowColumns(columns, rows, null, file, null);
      }
      memory.take(bytes(columns, rows), purpose);
    }
    return new RowColumns(columns, rows, new double[columns][rows], null, memory);
  }

  private static long bytes(int columns, int rows) {
    return (long) Double.BYTES * columns * rows;
  }

  /** The numbers of a column, to be read when they are written. */
  public RowValues column(int place) {
    return arrays == null
        ? RowValues.of(java.util.Objects.requireNonNull(file), place, rows)
        : RowValues.of(arrays[place]);
  }

  /** Room to write all columns of {@code count} rows from {@code from} on. */
  public Piece piece(int from, int count) {
    return arrays == null
        ? new Piece(new double[columns][count], from, count)
        : new Piece(arrays, 0, 0);
  }

  /** Some rows on their way into their columns. */
  public final class Piece {
    private final double[][] values;
    private final int first;
    private final int count;

    private Piece(double[][] values, int first, int count) {
      this.values = values;
      this.first = first;
      this.count = count;
    }

    /** The columns to be written, in which row i stands at {@code i - first()}. */
    public double[][] columns() {
      return values;
    }

    /** The row at which the columns begin. */
    public int first() {
      return first;
    }

    /** All numbers are there. */
    public void end() {
      for (int c = 0; file != null && c < values.length; c++) {
        file.write(c, first, values[c], count);
      }
    }
  }

  /** Gives all back that it took. A second call does nothing. */
  @Override
  public void close() {
    if (memory != null) {
      memory.giveBack(taken);
      taken = 0;
    }
    if (file != null) {
      file.close();
    }
  }
}
