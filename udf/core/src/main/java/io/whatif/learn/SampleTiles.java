/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.data.StoredDataset;
import io.whatif.data.Tiles;
import java.util.Collection;

/** A sample of the rows of some columns of a dataset, in memory; the other columns are empty. */
public final class SampleTiles implements Tiles {
  private final double[][] values;

  private SampleTiles(int columns, Collection<Integer> kept, int rows) {
    values = new double[columns][0];
    for (int column : kept) {
      values[column] = new double[rows];
    }
  }

  /**
   * The rows of a sample of {@code data} with the same columns. One scan.
   *
   * @param kept the columns whose values are wanted
   */
  public static Dataset sample(Run run, Dataset data, Collection<Integer> kept, RowSample drawn) {
    SampleTiles tiles = new SampleTiles(data.schema().size(), kept, drawn.size());
    data.scan(run, new Copy(tiles, kept, drawn));
    return new StoredDataset(data.schema(), tiles, drawn.size());
  }

  /** Nothing to sum: rows go to places of their own. */
  private static final class Nothing implements Mergeable<Nothing> {
    @Override
    public Nothing merge(Nothing other) {
      return this;
    }
  }

  private record Copy(SampleTiles tiles, Collection<Integer> kept, RowSample drawn)
      implements Pass<Nothing, Nothing> {
    @Override
    public Nothing zero() {
      return new Nothing();
    }

    @Override
    public void accumulate(Batch batch, Nothing sum) {
      drawn.forEachIn(
          batch,
          (place, row) -> {
            for (int column : kept) {
              tiles.values[column][place] = batch.column(column)[row];
            }
          });
    }

    @Override
    public Nothing finish(Nothing total) {
      return total;
    }
  }

  @Override
  public int columns() {
    return values.length;
  }

  @Override
  public void read(int column, long position, double[] into, int first, int count) {
    System.arraycopy(values[column], (int) position, into, first, count);
  }

  @Override
  public void reserve(long rows) {
    throw new UnsupportedOperationException("a sample does not grow");
  }

  @Override
  public void write(int column, long position, double[] from, int count) {
    throw new UnsupportedOperationException("a sample does not change");
  }

  @Override
  public Tiles sibling(int columns) {
    throw new UnsupportedOperationException("a sample has no sibling");
  }

  @Override
  public void close() {
    // plain arrays: nothing to give back
  }
}
