/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.Parallel;
import io.whatif.data.RawTable;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Study;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The units of a study in key order: keys, clusters of one id, folds given, and positions. */
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

  Study.Units of(long[] keys) {
    long[] sorted = new long[order.length];
    Parallel.forEachRange(
        columns.run(),
        order.length,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            sorted[i] = keys[order[i]];
          }
        });
    int[] cluster = new int[order.length];
    int clusters = 0;
    long copy = 0;
    boolean byId = roles.id() != null;
    long before = 0;
    for (int i = 0; i < order.length; i++) {
      long key = sorted[i];
      boolean same = i > 0 && key == before;
      copy = same ? copy + 1 : 0;
      clusters += same ? 0 : 1;
      cluster[i] = clusters - 1;
      sorted[i] = byId || copy == 0 ? key : Mix.mix(key, copy);
      before = key;
    }
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
        sorted,
        byId && clusters < order.length ? cluster : null,
        folds,
        foldCount,
        positions(),
        byId || folds != null ? OrderedColumns.hash(columns.run(), places) : 0);
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
