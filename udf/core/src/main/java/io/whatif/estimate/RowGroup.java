/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import org.jspecify.annotations.Nullable;

/**
 * Some rows of a study, or all: what an average is over.
 *
 * @param rows their positions, ascending; null for all
 * @param size how many they are
 * @param clusters the cluster of each of them, numbered from 0 on, ascending; null when every row
 *     is its own
 */
record RowGroup(int @Nullable [] rows, int size, int @Nullable [] clusters) {
  /** All rows. */
  static RowGroup all(Study study) {
    return new RowGroup(null, Math.toIntExact(study.rows()), study.units().clusters());
  }

  /** Divides the rows by the number of each row's group. */
  static RowGroup[] of(Study study, int[] group, int count) {
    int[] size = new int[count];
    for (int g : group) {
      size[g]++;
    }
    int[][] rows = new int[count][];
    for (int g = 0; g < count; g++) {
      rows[g] = new int[size[g]];
    }
    java.util.Arrays.fill(size, 0);
    for (int i = 0; i < group.length; i++) {
      rows[group[i]][size[group[i]]++] = i;
    }
    RowGroup[] groups = new RowGroup[count];
    for (int g = 0; g < count; g++) {
      groups[g] = new RowGroup(rows[g], size[g], clusters(study.units().clusters(), rows[g]));
    }
    return groups;
  }

  private static int @Nullable [] clusters(int @Nullable [] all, int[] rows) {
    if (all == null) {
      return null;
    }
    int[] own = new int[rows.length];
    int next = -1;
    for (int j = 0; j < rows.length; j++) {
      next += j == 0 || all[rows[j]] != all[rows[j - 1]] ? 1 : 0;
      own[j] = next;
    }
    return own;
  }

  /** The position in the study of the group's row j. */
  int row(int j) {
    return rows == null ? j : rows[j];
  }
}
