/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Room for numbers of each row that passes write, each thread the rows of its own, and that are
 * read when all are there. It is in memory or in a file, which shows in nothing but the time.
 *
 * <p>Memory: 8 bytes a row and column, but where it is a file; and 8 bytes for each row and column
 * that is just being written.
 */
public final class RowColumns implements AutoCloseable {
  private final Tiles store;
  private final List<RowValues> columns;

  /** Arrays in which pieces are written. */
  private final Spare<double[][]> spare = new Spare<>(() -> new double[0][]);

  private final MemoryBudget memory;

  /** Bytes of the budget that it holds beside what the store does. */
  private long taken;

  private RowColumns(Tiles store, List<RowValues> columns, MemoryBudget memory, long taken) {
    this.store = store;
    this.columns = columns;
    this.memory = memory;
    this.taken = taken;
  }

  /** Makes room for so many columns. */
  @FunctionalInterface
  public interface Maker {
    RowColumns of(int columns);
  }

  /** Columns in arrays that the caller has taken from the budget, and gives back. */
  public static RowColumns taken(int columns, int rows) {
    return inArrays(columns, rows, MemoryBudget.unlimited(), 0);
  }

  private static RowColumns inArrays(int columns, int rows, MemoryBudget memory, long taken) {
    double[][] arrays = new double[columns][rows];
    return new RowColumns(
        ArrayTiles.of(arrays), Stream.of(arrays).map(RowValues::of).toList(), memory, taken);
  }

  /**
   * Columns in memory if the run's budget has room for them, else in a file; where there can be no
   * file, in memory that others give back.
   *
   * @param near the store beside which they lie
   * @param purpose what the room is for, as a user would say it
   * @throws MemoryExceededException if there is neither
   */
  static RowColumns of(Run run, Tiles near, int columns, int rows, String purpose) {
    Tiles own = near.room(columns, rows, purpose);
    if (own == null) {
      long bytes = (long) Double.BYTES * columns * rows;
      run.memory().take(bytes, purpose);
      return inArrays(columns, rows, run.memory(), bytes);
    }
    return new RowColumns(
        own,
        IntStream.range(0, columns).mapToObj(c -> RowValues.of(own, c, rows)).toList(),
        run.memory(),
        0);
  }

  /** The numbers of a column, to be read when they are written. */
  public RowValues column(int place) {
    return columns.get(place);
  }

  /** Room to write all columns of {@code count} rows from {@code from} on, which is not cleared. */
  public Piece piece(int from, int count) {
    double[][] known = spare.take();
    boolean fits = known.length > 0 && known[0].length >= count;
    return new Piece(fits ? known : new double[columns.size()][count], from, count);
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

    /** All numbers are there: the columns are not to be touched any more. */
    public void end() {
      for (int c = 0; c < values.length; c++) {
        store.write(c, first, values[c], count);
      }
      spare.giveBack(values);
    }
  }

  /** Gives all back that it took. A second call does nothing. */
  @Override
  public void close() {
    memory.giveBack(taken);
    taken = 0;
    spare.clear();
    store.close();
  }
}
