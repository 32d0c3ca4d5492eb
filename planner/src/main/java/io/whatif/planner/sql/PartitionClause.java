/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code PARTITION BY a, b} or {@code PARTITION BY (a, b)} behind a relation, which is another
 * spelling of {@code partition_by => ['a', 'b']}. The commas make arguments of all names but the
 * first: {@link #with} takes them back.
 *
 * @param start the token it begins with; the relation ends there
 * @param keys the names so far
 * @param open whether further names may follow
 */
record PartitionClause(int start, List<String> keys, boolean open) {

  /** The clause that ends the tokens {@code from} to {@code to}, if there is one. */
  static Optional<PartitionClause> in(SqlTokens sql, int from, int to) {
    int depth = 0;
    for (int i = from; i < to; i++) {
      if (sql.isOpening(i)) {
        depth++;
      } else if (sql.isClosing(i)) {
        depth--;
      } else if (depth == 0
          && i > from
          && sql.keyword(i).equals("PARTITION")
          && sql.keyword(i + 1).equals("BY")) {
        return Optional.of(read(sql, i, to));
      }
    }
    return Optional.empty();
  }

  /** Without keys where what stands there are no names. */
  private static PartitionClause read(SqlTokens sql, int start, int to) {
    int first = start + 2;
    boolean brackets = sql.isSymbol(first, "(") && first < to && sql.closing(first) == to - 1;
    List<String> keys = new ArrayList<>();
    for (int[] part :
        brackets ? sql.splitAtCommas(first + 1, to - 1) : List.<int[]>of(new int[] {first, to})) {
      if (part[1] - part[0] != 1 || !sql.isName(part[0])) {
        return new PartitionClause(start, List.of(), false);
      }
      keys.add(sql.name(part[0]));
    }
    return new PartitionClause(start, keys, !brackets);
  }

  /** The clause with one more name. */
  PartitionClause with(String key) {
    List<String> more = new ArrayList<>(keys);
    more.add(key);
    return new PartitionClause(start, more, open);
  }
}
