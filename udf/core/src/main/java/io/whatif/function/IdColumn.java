/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.RawTable;
import io.whatif.data.RawTable.RawColumn;
import io.whatif.data.RowPlaces;
import io.whatif.data.Run;
import io.whatif.data.WholeBits;
import io.whatif.estimate.Estimators;
import io.whatif.model.RowIds;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values by which a relation tells its rows apart, as they stand in it.
 *
 * @param column null if there is none, or one of a type that is not kept
 * @param kind what the values are
 * @param values of each row, as {@link RowIds} has them
 * @param missing the rows whose id is NULL
 * @param dictionary the texts by their codes
 */
record IdColumn(
    @Nullable RawColumn column,
    RowIds.Kind kind,
    long[] values,
    BitSet missing,
    List<String> dictionary) {
  private static final IdColumn NONE = notKept(null);

  private static IdColumn notKept(@Nullable RawColumn column) {
    return new IdColumn(column, RowIds.Kind.NONE, new long[0], new BitSet(), List.of());
  }

  /** The ids that a fit keeps with its rows: none if it keeps no rows. */
  static IdColumn ofFit(Run run, RawTable table, Arguments arguments) {
    RelationRoles roles = RelationRoles.of(table, arguments);
    boolean clustered = roles.rows().clustered();
    Integer id = clustered ? roles.rows().within() : roles.id();
    return id == null || !Estimators.named(arguments.requiredText("method")).keepsRows()
        ? NONE
        : of(run, table, id, !clustered);
  }

  /**
   * The values of a column.
   *
   * @param keyed whether the relation's key, if it has one, is of this column
   */
  static IdColumn of(Run run, RawTable table, int id, boolean keyed) {
    RawColumn column = table.columns().get(id);
    if (column.kind() == RawTable.Kind.UNUSABLE || !column.isExact()) {
      return notKept(column);
    }
    UsableRows.checkCount(table);
    int n = (int) table.rows();
    run.memory().take(8L * n, "the ids of rows");
    if (keyed && table.idKey() >= 0 && column.isWhole()) {
      return whole(table, id);
    }
    return plain(table, id);
  }

  /** Whole numbers of which a further column has the last bits: all 64 bits are taken by ids. */
  private static IdColumn whole(RawTable table, int id) {
    int n = (int) table.rows();
    long[] ids = new long[n];
    BitSet missing = new BitSet();
    double[] nearest = new double[n];
    double[] last = new double[n];
    table.tiles().read(id, 0, nearest, n);
    table.tiles().read(table.idKey(), 0, last, n);
    for (int i = 0; i < n; i++) {
      if (Double.isNaN(nearest[i])) {
        missing.set(i);
      } else {
        ids[i] = WholeBits.of(nearest[i], last[i]);
      }
    }
    return new IdColumn(table.columns().get(id), RowIds.Kind.WHOLE, ids, missing, List.of());
  }

  /** Values as doubles; whole numbers that these do not tell apart are not kept. */
  private static IdColumn plain(RawTable table, int id) {
    RawColumn column = table.columns().get(id);
    int n = (int) table.rows();
    long[] ids = new long[n];
    BitSet missing = new BitSet();
    double[] values = new double[n];
    table.tiles().read(id, 0, values, n);
    boolean text = column.kind() == RawTable.Kind.TEXT;
    boolean whole = text || column.isWhole();
    for (int i = 0; i < n; i++) {
      if (Double.isNaN(values[i])) {
        missing.set(i);
      } else if (whole && WholeBits.isFar(values[i])) {
        return notKept(column);
      } else {
        ids[i] = whole ? (long) values[i] : Double.doubleToLongBits(values[i] + 0.0);
      }
    }
    return new IdColumn(
        column,
        text ? RowIds.Kind.TEXT : whole ? RowIds.Kind.WHOLE : RowIds.Kind.NUMBER,
        ids,
        missing,
        table.dictionary(id));
  }

  /** Whether the values are bits of numbers from 0 to 2^64 - 1. */
  boolean isUnsigned() {
    return column != null && column.sqlType().equals(RowIds.UNSIGNED);
  }

  /** Those of some rows, by their places; texts in the order of these. */
  RowIds of(RowPlaces rows) {
    if (column == null) {
      return RowIds.NONE;
    }
    if (kind == RowIds.Kind.NONE) {
      return RowIds.none(column.name(), column.sqlType());
    }
    int[] places = rows.toArray();
    long[] some = new long[places.length];
    BitSet without = new BitSet();
    List<String> texts = new ArrayList<>();
    Map<Long, Long> newCodes = new HashMap<>();
    for (int i = 0; i < some.length; i++) {
      long value = values[places[i]];
      boolean known = !missing.get(places[i]);
      without.set(i, !known);
      boolean coded = known && kind == RowIds.Kind.TEXT && value >= 0;
      some[i] = coded ? newCodes.computeIfAbsent(value, code -> place(texts, code)) : value;
    }
    return new RowIds(column.name(), column.sqlType(), kind, some, texts, without);
  }

  private long place(List<String> texts, long code) {
    texts.add(dictionary.get((int) code));
    return texts.size() - 1L;
  }
}
