/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tiles that close with all the siblings made of them. */
public final class OwnedTiles implements PassedTiles {
  private final Tiles tiles;
  private final List<Tiles> all;

  /** An empty store of {@code kind}'s kind. */
  public static OwnedTiles like(Tiles kind, int columns) {
    return new OwnedTiles(kind.sibling(columns), new ArrayList<>());
  }

  private OwnedTiles(Tiles tiles, List<Tiles> all) {
    this.tiles = tiles;
    this.all = all;
    all.add(tiles);
  }

  @Override
  public Tiles tiles() {
    return tiles;
  }

  @Override
  public Tiles sibling(int columns) {
    return new OwnedTiles(tiles.sibling(columns), all);
  }

  @Override
  public @Nullable Tiles room(int columns, long rows, String purpose) {
    Tiles room = tiles.room(columns, rows, purpose);
    return room == null ? null : new OwnedTiles(room, all);
  }

  /** Closes these tiles and those made of them. */
  public void closeAll() {
    all.forEach(Tiles::close);
  }
}
