/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.RawTable;
import io.whatif.data.RawTable.RawColumn;
import io.whatif.data.Run;
import io.whatif.estimate.Estimators;
import io.whatif.model.RowIds;
import java.util.ArrayList;
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
 * @param dictionary the texts by their codes
 */
record IdColumn(
    @Nullable RawColumn column, RowIds.Kind kind, long[] values, List<String> dictionary) {
  private static final IdColumn NONE = new IdColumn(null, RowIds.Kind.NONE, new long[0], List.of());

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
      return new IdColumn(column, RowIds.Kind.NONE, new long[0], List.of());
    }
    UsableRows.checkCount(table);
    int n = (int) table.rows();
    run.memory().take(8L * n, "the ids of rows");
    long[] ids = new long[n];
    double[] values = new double[n];
    if (keyed && table.idKey() >= 0 && column.isWhole()) {
      table.tiles().read(table.idKey(), 0, values, n);
      double[] lower = new double[n];
      table.tiles().read(table.idKey() + 1, 0, lower, n);
      for (int i = 0; i < n; i++) {
        ids[i] = Double.isNaN(values[i]) ? MISSING : ((long) values[i] << 32) | (long) lower[i];
      }
      return new IdColumn(column, RowIds.Kind.WHOLE, ids, List.of());
    }
    table.tiles().read(id, 0, values, n);
    boolean text = column.kind() == RawTable.Kind.TEXT;
    boolean whole = text || column.isWhole();
    for (int i = 0; i < n; i++) {
      boolean missing = Double.isNaN(values[i]);
      ids[i] =
          missing ? MISSING : whole ? (long) values[i] : Double.doubleToLongBits(values[i] + 0.0);
    }
    return new IdColumn(
        column,
        text ? RowIds.Kind.TEXT : whole ? RowIds.Kind.WHOLE : RowIds.Kind.NUMBER,
        ids,
        table.dictionary(id));
  }

  /** What stands for NULL: no whole number that an id is, no number's bits and no code. */
  static final long MISSING = Long.MIN_VALUE + 1;

  /** Those of some rows, by their places; texts in the order of these. */
  RowIds of(int[] places) {
    if (column == null) {
      return RowIds.NONE;
    }
    if (kind == RowIds.Kind.NONE) {
      return new RowIds(column.name(), column.sqlType(), kind, new long[0], List.of());
    }
    long[] some = new long[places.length];
    List<String> texts = new ArrayList<>();
    Map<Long, Long> known = new HashMap<>();
    for (int i = 0; i < some.length; i++) {
      long value = values[places[i]];
      boolean coded = kind == RowIds.Kind.TEXT && value >= 0;
      some[i] = coded ? known.computeIfAbsent(value, code -> place(texts, code)) : value;
    }
    return new RowIds(column.name(), column.sqlType(), kind, some, texts);
  }

  private long place(List<String> texts, long code) {
    texts.add(dictionary.get((int) code));
    return texts.size() - 1L;
  }
}
