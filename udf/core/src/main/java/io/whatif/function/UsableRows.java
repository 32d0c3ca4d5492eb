/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.RowSelection;
import io.whatif.data.WhatifException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which rows of a relation can be used. */
final class UsableRows {
  private final RoleColumns columns;
  private final RawTable table;
  private final RelationRoles roles;
  private final int rows;

  /** A bit for each row that is left out; null as long as none is. */
  private long @Nullable [] left;

  UsableRows(RoleColumns columns) {
    this.columns = columns;
    this.table = columns.table();
    this.roles = columns.roles();
    checkCount(table);
    this.rows = (int) table.rows();
  }

  /** Refuses more rows than an array holds. */
  static void checkCount(RawTable table) {
    if (table.rows() > Integer.MAX_VALUE - 8) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          String.format(
              Locale.ROOT,
              "the relation has %d rows, the most that are read is %d. Sample it with USING SAMPLE.",
              table.rows(),
              Integer.MAX_VALUE - 8));
    }
  }

  /** The rows with an outcome, a treatment and finite values. */
  RowSelection kept() {
    boolean together = StudyArguments.together(columns.arguments());
    for (int treatment : together ? roles.listed().treatments() : List.of(roles.treatment())) {
      dropNulls(treatment);
    }
    dropNulls(roles.outcome());
    dropNullIds();
    dropNulls(roles.fold());
    dropNulls(roles.rows().weight());
    dropNulls(roles.rows().freq());
    dropNulls(roles.rows().instrument());
    dropNullControls();
    RowSelection kept = left == null ? RowSelection.all(rows) : RowSelection.without(rows, left);
    if (kept.size() < 2) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          String.format(
              Locale.ROOT,
              "%d of %d rows have an outcome and a treatment. An estimate needs at least 2.",
              kept.size(),
              rows));
    }
    return kept;
  }

  /** The id's own column is not read where a hash is: it may be of any type. */
  private void dropNullIds() {
    Integer id = roles.id();
    if (id != null && table.hashesIds(id)) {
      refuseEmpty(id, drop(table.idKey()));
    } else {
      dropNulls(id);
    }
  }

  private void dropNulls(@Nullable Integer column) {
    if (column != null) {
      RangeCheck found = drop(column);
      refuseEmpty(column, found);
      found.check(columns, column);
    }
  }

  private void refuseEmpty(int column, RangeCheck found) {
    if (found.missing() == table.rows()) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "%s => '%s': is NULL in every row. Name another column, or check the relation."
              .formatted(columns.role(column), columns.name(column)));
    }
  }

  /** Drops rows without a value. */
  private RangeCheck drop(int column) {
    RangeCheck all = new RangeCheck();
    columns.forEachRange(
        column,
        RowSelection.all(rows),
        (values, from, count) -> {
          RangeCheck some = new RangeCheck();
          some.add(values, 0, count);
          if (some.missing() > 0) {
            long[] bits = left();
            for (int i = 0; i < count; i++) {
              int row = from + i;
              bits[row / Long.SIZE] |= Double.isNaN(values[i]) ? 1L << row : 0;
            }
          }
          synchronized (all) {
            all.add(some);
          }
        });
    return all;
  }

  /** Pieces of rows are whole words, so that no two threads write to one. */
  private synchronized long[] left() {
    if (left == null) {
      int words = RowSelection.words(rows);
      columns.run().memory().take((long) Long.BYTES * words, "the rows that are left out");
      left = new long[words];
    }
    return left;
  }

  /** With nulls => 'drop', leaves out rows in which a control that is no feature is NULL. */
  private void dropNullControls() {
    if (!columns.arguments().requiredText("nulls").equals("drop")) {
      return;
    }
    for (int column : roles.covariates(table)) {
      if (!roles.features().contains(column)) {
        drop(column);
      }
    }
  }
}
