/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.AscendingRuns;
import io.whatif.data.ErrorCode;
import io.whatif.data.Parallel;
import io.whatif.data.RawTable;
import io.whatif.data.RowPlaces;
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
  private final RowPlaces places;

  /**
   * Rows in their order.
   *
   * @param places of the rows, in this order, in the relation
   */
  StudyUnits(RoleColumns columns, RowPlaces places) {
    this.columns = columns;
    this.table = columns.table();
    this.roles = columns.roles();
    this.places = places;
  }

  /**
   * The units.
   *
   * @param sorted the keys of the rows in this order
   */
  Study.Units of(long[] sorted) {
    boolean byId = roles.id() != null;
    long clusters = clusters(sorted);
    int[] cluster = byId && clusters < places.size() ? clustersOf(sorted) : null;
    if (roles.id() != null && clusters == 1) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "%1$s => '%2$s': is the same in every usable row. Errors by %1$s need at least 2 %1$ss, and 10 to be trusted."
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
        byId || clusters == places.size() ? sorted : apart(sorted),
        cluster,
        folds,
        foldCount,
        positions(),
        byId || folds != null ? places.hash(columns.run()) : 0);
  }

  /** How many keys differ: all do of rows that are read in runs. */
  private long clusters(long[] sorted) {
    if (places instanceof AscendingRuns) {
      return places.size();
    }
    return Parallel.sum(
        columns.run(),
        sorted.length,
        (from, to) -> {
          int clusters = from == 0 ? 1 : 0;
          for (int i = Math.max(1, from); i < to; i++) {
            clusters += sorted[i] != sorted[i - 1] ? 1 : 0;
          }
          return clusters;
        });
  }

  private void take(long bytes, String purpose) {
    columns.run().memory().take(bytes * places.size(), purpose);
  }

  /** The number of each row's key. */
  private int[] clustersOf(long[] sorted) {
    take(Integer.BYTES, "the clusters of rows");
    int[] cluster = new int[sorted.length];
    for (int i = 1; i < cluster.length; i++) {
      cluster[i] = cluster[i - 1] + (sorted[i] == sorted[i - 1] ? 0 : 1);
    }
    return cluster;
  }

  /** The rows of one key numbered, so that each has a key of its own. */
  private long[] apart(long[] sorted) {
    take(Long.BYTES, "the keys of rows");
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
    take(Integer.BYTES, "the positions of rows");
    double[] raw = columns.ordered(table.rowPositions(), places);
    int[] positions = new int[raw.length];
    for (int i = 0; i < raw.length; i++) {
      positions[i] = (int) raw[i];
    }
    return positions;
  }

  private int[] folds(int column) {
    take(Integer.BYTES, "the folds of rows");
    double[] values = columns.ordered(column, places);
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
    int[] folds = new int[values.length];
    for (int i = 0; i < folds.length; i++) {
      Integer fold = numbers.get(values[i]);
      folds[i] = fold == null ? 0 : fold;
    }
    return folds;
  }
}
