/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/** Some columns of a store, in an order of their own: a view. */
public record SelectedTiles(Tiles tiles, int[] places) implements PassedTiles {
  @Override
  public int columns() {
    return places.length;
  }

  @Override
  public void write(int column, long position, double[] values, int count) {
    tiles.write(places[column], position, values, count);
  }

  @Override
  public void read(int column, long position, double[] into, int first, int count) {
    tiles.read(places[column], position, into, first, count);
  }
}
