/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Study;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The units of a study in the order of its rows: keys, clusters of one id, folds given, and
 * positions.
 */
final class StudyUnits {
  private final RoleColumns columns;
  private final RawTable table;
  private final RelationRoles roles;
  private final int[] kept;
  private final int[] order;
  private final int[] places;

  /**
   * Rows in their order.
   *
   * @param kept which rows of the relation are used
   * @param order of these
   * @param places of the rows, in this order, in the relation
   */
  StudyUnits(RoleColumns columns, int[] kept, int[] order, int[] places) {
    this.columns = columns;
    this.table = columns.table();
    this.roles = columns.roles();
    this.kept = kept;
    this.order = order;
    this.places = places;
  }

  /**
   * The units.
   *
   * @param sorted the keys of the rows in this order
   */
  Study.Units of(long[] sorted) {
    boolean byId = roles.id() != null;
    int clusters = clusters(sorted);
    int[] cluster = byId && clusters < order.length ? clustersOf(sorted) : null;
    if (roles.id() != null && clusters == 1) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "%s => '%s': is the same in every usable row. Errors by cluster need at least 2 clusters, and 10 to be trusted."
              .formatted(columns.role(roles.id()), columns.name(roles.id())));
    }
    Integer foldColumn = roles.fold();
    int[] folds = foldColumn == null ? null : folds(foldColumn);
    int foldCount = folds == null ? 0 : Arrays.stream(folds).max().orElse(0) + 1;
    if (foldColumn != null && foldCount < 2) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "fold => '%s': has 1 distinct value. Cross-fitting needs at least 2 folds."
              .formatted(columns.name(foldColumn)));
    }
    return new Study.Units(
        byId || clusters == order.length ? sorted : apart(sorted),
        cluster,
        folds,
        foldCount,
        positions(),
        byId || folds != null ? OrderedColumns.hash(columns.run(), places) : 0);
  }

  /** How many keys differ. */
  private static int clusters(long[] sorted) {
    int clusters = 0;
    for (int i = 0; i < sorted.length; i++) {
      clusters += i == 0 || sorted[i] != sorted[i - 1] ? 1 : 0;
    }
    return clusters;
  }

  /** The number of each row's key. */
  private static int[] clustersOf(long[] sorted) {
    int[] cluster = new int[sorted.length];
    for (int i = 1; i < cluster.length; i++) {
      cluster[i] = cluster[i - 1] + (sorted[i] == sorted[i - 1] ? 0 : 1);
    }
    return cluster;
  }

  /** The rows of one key numbered, so that each has a key of its own. */
  private static long[] apart(long[] sorted) {
    long[] apart = sorted.clone();
    long copy = 0;
    for (int i = 1; i < sorted.length; i++) {
      copy = sorted[i] == sorted[i - 1] ? copy + 1 : 0;
      apart[i] = copy == 0 ? sorted[i] : Mix.mix(sorted[i], copy);
    }
    return apart;
  }

  private int @Nullable [] positions() {
    if (table.rowPositions() < 0) {
      return null;
    }
    double[] raw = columns.values(table.rowPositions(), kept);
    int[] positions = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      positions[i] = (int) raw[order[i]];
    }
    return positions;
  }

  private int[] folds(int column) {
    double[] values = columns.values(column, kept);
    boolean text = columns.isText(column);
    TreeMap<String, Double> texts = new TreeMap<>();
    TreeMap<Double, Integer> numbers = new TreeMap<>();
    for (double v : values) {
      if (numbers.put(v, 0) == null && numbers.size() > StudyBuilder.MAX_FOLDS) {
        throw new WhatifException(
            ErrorCode.BAD_COLUMN,
            String.format(
                Locale.ROOT,
                "fold => '%s': has more than %d distinct values. Name a column with a few folds, such as id %% 5.",
                columns.name(column),
                StudyBuilder.MAX_FOLDS));
      }
      if (text) {
        texts.put(columns.dictionary(column).get((int) v), v);
      }
    }
    int next = 0;
    for (double v : text ? texts.values() : new ArrayList<>(numbers.keySet())) {
      numbers.put(v, next++);
    }
    int[] folds = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      Integer fold = numbers.get(values[order[i]]);
      folds[i] = fold == null ? 0 : fold;
    }
    return folds;
  }
}
