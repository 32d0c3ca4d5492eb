/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import io.whatif.math.Mix;

/**
 * Rows in any order.
 *
 * @param rows the row at each place; not to be changed
 */
public record ListedPlaces(int[] rows) implements RowPlaces {
  @Override
  public int size() {
    return rows.length;
  }

  @Override
  public void read(int from, int count, int[] into) {
    System.arraycopy(rows, from, into, 0, count);
  }

  @Override
  public long hash(Run run) {
    return Parallel.sum(
        run,
        rows.length,
        (from, to) -> {
          long hash = 0;
          for (int i = from; i < to; i++) {
            hash += Mix.mix(i, rows[i]);
          }
          return hash;
        });
  }
}
