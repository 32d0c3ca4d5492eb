/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;

/** Copies every column of a basis out of a dataset that is small enough. One scan. */
record EncodedColumns(Basis basis, double[][] values)
    implements Pass<EncodedColumns.Room, double[][]> {

  /** One array for each column of the basis. */
  static double[][] of(Run run, Dataset data, Basis basis) {
    double[][] values = new double[basis.width()][Math.toIntExact(data.rows())];
    return data.scan(run, new EncodedColumns(basis, values));
  }

  /** Scratch; rows go to places of their own, so there is nothing to sum. */
  static final class Room implements Mergeable<Room> {
    private final Basis.Block block;
    private final int[] all = FoldRows.all();

    Room(int width) {
      block = Basis.Block.of(width);
    }

    @Override
    public Room merge(Room other) {
      return this;
    }
  }

  @Override
  public Room zero() {
    return new Room(basis.width());
  }

  @Override
  public void accumulate(Batch batch, Room room) {
    int width = basis.width();
    for (int from = 0; from < batch.rows(); from += Basis.Block.ROWS) {
      int to = Math.min(batch.rows(), from + Basis.Block.ROWS);
      basis.fill(batch, room.all, from, to, room.block);
      int first = (int) batch.firstRow() + from;
      for (int j = 0; j < width; j++) {
        for (int r = 0; r < to - from; r++) {
          values[j][first + r] = room.block.values()[r * width + j];
        }
      }
    }
  }

  @Override
  public double[][] finish(Room total) {
    return values;
  }
}
