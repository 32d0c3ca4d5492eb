/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Profile;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.data.StoredDataset;
import io.whatif.data.Tiles;
import java.util.Collection;

/** A sample of the rows of some columns of a dataset, in memory; the other columns are empty. */
public final class SampleTiles implements Tiles {
  private final double[][] values;

  private SampleTiles(int columns) {
    values = new double[columns][0];
  }

  /**
   * The rows of a sample of {@code data} with the same columns. One scan.
   *
   * @param kept the columns whose values are wanted
   */
  public static Dataset sample(Run run, Dataset data, Collection<Integer> kept, RowSample drawn) {
    SampleTiles tiles = new SampleTiles(data.schema().size());
    for (int column : kept) {
      tiles.values[column] = new double[drawn.size()];
    }
    data.forEachBatch(
        run,
        batch -> {
          RowSample.InBatch taken = drawn.of(batch);
          for (int column : kept) {
            taken.copy(batch.column(column), tiles.values[column]);
          }
        });
    return new StoredDataset(data.schema(), tiles, drawn.size());
  }

  /**
   * The rows that a profile of {@code data} has sampled, with the same columns. No scan: single
   * values are read of the further columns alone.
   *
   * @param known the columns whose values the profile has
   * @param further those that are wanted beside them, which may differ from the profile's
   */
  static Dataset known(
      Dataset data, Collection<Integer> known, Profile profile, Collection<Integer> further) {
    SampleTiles tiles = new SampleTiles(data.schema().size());
    for (int column : known) {
      tiles.values[column] = profile.sample(column);
    }
    for (int column : further) {
      tiles.values[column] = data.column(column).at(profile.sampled());
    }
    return new StoredDataset(data.schema(), tiles, profile.sampled().size());
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
