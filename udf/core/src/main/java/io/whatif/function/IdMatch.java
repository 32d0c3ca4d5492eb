/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.Column;
import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.model.KeptRows;
import io.whatif.model.RowIds;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a relation by their ids, and what they hold of some columns. A row without id is of
 * no use; an id may stand in one row only.
 */
final class IdMatch {
  /** Bytes a row of the relation that finding it takes. */
  private static final long ROW_BYTES = 90;

  /** What the first of 64 bits stands for where it is no sign. */
  private static final double SIGN = 0x1p63;

  private final StoredModel model;
  private final RawTable relation;
  private final String argument;
  private final List<Integer> columns;
  private final double[][] values;
  private final Map<Object, Integer> rowOf = new HashMap<>();

  private IdMatch(
      StoredModel model, RawTable relation, String name, List<Integer> columns, double[][] values) {
    this.model = model;
    this.relation = relation;
    this.argument = "id => '%s': ".formatted(name);
    this.columns = columns;
    this.values = values;
  }

  /**
   * What was found.
   *
   * @param places of the model's rows that are in the relation, ascending
   * @param columns those of {@code features}
   * @param values of each column, of those rows
   * @param incomplete how many of those rows lack a value
   */
  record Found(int[] places, List<Column> columns, double[][] values, int incomplete) {}

  /** Reads the ids and the columns of {@code features}. */
  static IdMatch of(Run run, StoredModel model, RawTable relation, Arguments arguments) {
    RowIds known = model.kept().rows().get(0).ids();
    checkKnown(model, known);
    if (relation.rows() == 0) {
      throw StudyBuilder.noRows();
    }
    UsableRows.checkCount(relation);
    String written = arguments.text("id");
    String name = written == null ? known.name() : written;
    int id = RelationRoles.named(relation, arguments, "id", name);
    List<Integer> columns = new ArrayList<>(RelationRoles.listed(relation, arguments, "features"));
    boolean named = arguments.names("features").stream().anyMatch(name::equalsIgnoreCase);
    if (!named) {
      columns.remove(Integer.valueOf(id)); // a pattern does not mean it
    }
    int n = (int) relation.rows();
    run.memory().take((ROW_BYTES + 8L * columns.size()) * n, "finding rows by their ids");
    double[][] values = new double[columns.size()][n];
    for (int c = 0; c < values.length; c++) {
      relation.tiles().read(columns.get(c), 0, values[c], n);
    }
    IdMatch match = new IdMatch(model, relation, name, columns, values);
    match.read(IdColumn.of(run, relation, id, true), known);
    return match;
  }

  private static void checkKnown(StoredModel model, RowIds known) {
    if (known.kind() != RowIds.Kind.NONE) {
      return;
    }
    throw new WhatifException(
        ErrorCode.BAD_MODEL,
        known.name().isEmpty()
            ? "model '%s' was fitted without id, so that its rows are not found in a relation. Fit it again with id => 'column'."
                .formatted(model.name())
            : "model '%s' was fitted with id => '%s', which is %s: such ids are not kept. Cast it to VARCHAR, and fit it again."
                .formatted(model.name(), known.name(), known.sqlType()));
  }

  private void read(IdColumn ids, RowIds known) {
    boolean texts = ids.kind() == RowIds.Kind.TEXT;
    if (ids.kind() == RowIds.Kind.NONE || texts != (known.kind() == RowIds.Kind.TEXT)) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          argument
              + "is %s, and the ids of model '%s' are %s. Cast it."
                  .formatted(
                      ids.column() == null ? "nothing" : ids.column().sqlType(),
                      model.name(),
                      known.sqlType()));
    }
    for (int row = 0; row < ids.values().length; row++) {
      Object key = key(ids, row, known);
      if (key != null) {
        Integer before = rowOf.put(key, row);
        if (before != null) {
          rowOf.put(key, TWICE);
        }
      }
    }
  }

  /** Stands for several rows. */
  private static final int TWICE = -1;

  /** What an id of the relation is among the model's; null if it is none of them. */
  private static @Nullable Object key(IdColumn ids, int row, RowIds known) {
    if (ids.missing().get(row)) {
      return null;
    }
    long value = ids.values()[row];
    if (ids.kind() == RowIds.Kind.TEXT) {
      return value < 0 ? null : ids.dictionary().get((int) value);
    }
    if (ids.kind() == RowIds.Kind.NUMBER) {
      return known.kind() == RowIds.Kind.NUMBER
          ? (Object) value
          : whole(Double.longBitsToDouble(value), known.isUnsigned());
    }
    if (known.kind() == RowIds.Kind.NUMBER) {
      return Double.doubleToLongBits(number(value, ids.isUnsigned()));
    }
    return value < 0 && ids.isUnsigned() != known.isUnsigned() ? null : (Object) value;
  }

  /** The 64 bits of a whole number; null if it is none, or beyond them. */
  private static @Nullable Object whole(double number, boolean unsigned) {
    double least = unsigned ? 0 : -SIGN;
    double beyond = unsigned ? 2 * SIGN : SIGN;
    if (number != Math.rint(number) || number < least || number >= beyond) {
      return null;
    }
    return number < SIGN ? (long) number : (long) (number - SIGN) | Long.MIN_VALUE;
  }

  /** The double nearest to a whole number of 64 bits. */
  private static double number(long bits, boolean unsigned) {
    return bits >= 0 || !unsigned ? bits : 2 * (double) ((bits >>> 1) | (bits & 1));
  }

  /** The kept rows that are in the relation, and their values. */
  Found find(KeptRows kept) {
    RowIds ids = kept.ids();
    int[] places = new int[kept.rows()];
    int[] rows = new int[kept.rows()];
    int count = 0;
    for (int i = 0; i < places.length; i++) {
      boolean number = ids.isKnown(i) && ids.kind() != RowIds.Kind.TEXT;
      Object key = number ? (Object) ids.values()[i] : ids.text(i);
      Integer row = key == null ? null : rowOf.get(key);
      if (row != null && row == TWICE) {
        throw new WhatifException(
            ErrorCode.BAD_RELATION,
            argument
                + "%s stands in several rows of the relation. Pass one row for each id, such as by DISTINCT or GROUP BY."
                    .formatted(ids.text(i)));
      }
      if (row != null) {
        places[count] = i;
        rows[count++] = row;
      }
    }
    if (count == 0) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          argument
              + "none of the ids of model '%s', such as %s, is in the relation. Name the column of the ids that it was fitted with."
                  .formatted(model.name(), ids.text(0)));
    }
    return found(Arrays.copyOf(places, count), Arrays.copyOf(rows, count));
  }

  private Found found(int[] places, int[] rows) {
    List<Column> schema = new ArrayList<>();
    double[][] own = new double[columns.size()][rows.length];
    boolean[] incomplete = new boolean[rows.length];
    for (int c = 0; c < own.length; c++) {
      for (int i = 0; i < rows.length; i++) {
        own[c][i] = values[c][rows[i]];
        incomplete[i] |= Double.isNaN(own[c][i]);
      }
      schema.add(column(columns.get(c), own[c]));
    }
    int count = 0;
    for (boolean one : incomplete) {
      count += one ? 1 : 0;
    }
    return new Found(places, schema, own, count);
  }

  /** A column as it is told; texts become places among their categories. */
  private Column column(int place, double[] own) {
    RawTable.RawColumn raw = relation.columns().get(place);
    if (raw.kind() != RawTable.Kind.TEXT) {
      if (Arrays.stream(own).anyMatch(Double::isInfinite)) {
        throw new WhatifException(
            ErrorCode.BAD_COLUMN,
            "features => '%s': some rows are infinite. Filter them, or make them NULL."
                .formatted(raw.name()));
      }
      return new Column.Numeric(raw.name(), raw.sqlType());
    }
    List<String> dictionary = relation.dictionary(place);
    TreeSet<String> used = new TreeSet<>();
    boolean overflows = false;
    for (double code : own) {
      overflows |= code == RawTable.OVERFLOW;
      if (code >= 0) {
        used.add(dictionary.get((int) code));
      }
    }
    if (overflows || used.size() > StudyBuilder.MAX_CATEGORIES) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "features => '%s': has more different texts than the %d that are encoded. Group them into fewer, or leave it out."
              .formatted(raw.name(), StudyBuilder.MAX_CATEGORIES));
    }
    Map<String, Integer> order = new HashMap<>();
    used.forEach(text -> order.put(text, order.size()));
    for (int i = 0; i < own.length; i++) {
      Integer code = Double.isNaN(own[i]) ? null : order.get(dictionary.get((int) own[i]));
      own[i] = code == null ? Double.NaN : code;
    }
    return new Column.Categorical(raw.name(), raw.sqlType(), List.copyOf(used));
  }
}
