/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/** Tiles that stay open when their reader closes them: others read them after. */
public record LentTiles(Tiles tiles) implements PassedTiles {
  /** Nothing: whoever lends them closes them. */
  @Override
  public void close() {}
}
