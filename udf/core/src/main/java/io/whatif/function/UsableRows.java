/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.WhatifException;
import java.util.List;
import java.util.Locale;

/** Which rows of a relation can be used. */
final class UsableRows {
  private final RoleColumns columns;
  private final RawTable table;
  private final RelationRoles roles;

  UsableRows(RoleColumns columns) {
    this.columns = columns;
    this.table = columns.table();
    this.roles = columns.roles();
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

  /** The rows with an outcome, a treatment and finite values, in the order they arrived. */
  int[] kept() {
    checkCount(table);
    int n = (int) table.rows();
    boolean[] drop = new boolean[n];
    boolean together = StudyArguments.together(columns.arguments());
    for (int treatment : together ? roles.listed().treatments() : List.of(roles.treatment())) {
      dropNulls(treatment, drop);
    }
    if (roles.outcome() != null) {
      dropNulls(roles.outcome(), drop);
    }
    if (roles.id() != null) {
      dropNullIds(roles.id(), drop);
    }
    if (roles.fold() != null) {
      dropNulls(roles.fold(), drop);
    }
    Integer weight = roles.rows().weight();
    if (weight != null) {
      dropNulls(weight, drop);
    }
    Integer freq = roles.rows().freq();
    if (freq != null) {
      dropNulls(freq, drop);
    }
    Integer instrument = roles.rows().instrument();
    if (instrument != null) {
      dropNulls(instrument, drop);
    }
    dropNullControls(drop);
    int count = 0;
    for (boolean d : drop) {
      count += d ? 0 : 1;
    }
    if (count < 2) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          String.format(
              Locale.ROOT,
              "%d of %d rows have an outcome and a treatment. An estimate needs at least 2.",
              count,
              n));
    }
    int[] kept = new int[count];
    int k = 0;
    for (int i = 0; i < n; i++) {
      if (!drop[i]) {
        kept[k++] = i;
      }
    }
    return kept;
  }

  /** The id's own column is not read where its key is: it may be of any type. */
  private void dropNullIds(int id, boolean[] drop) {
    if (table.idKey() >= 0 && !table.columns().get(id).isFloating()) {
      refuseEmpty(id, drop(table.idKey(), drop));
    } else {
      dropNulls(id, drop);
    }
  }

  private void dropNulls(int column, boolean[] drop) {
    RangeCheck found = drop(column, drop);
    refuseEmpty(column, found);
    found.check(columns, column);
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
  private RangeCheck drop(int column, boolean[] drop) {
    RangeCheck all = new RangeCheck();
    columns.forEachRange(
        column,
        null,
        (values, from, count) -> {
          RangeCheck some = new RangeCheck();
          some.add(values, 0, count);
          for (int i = 0; some.missing() > 0 && i < count; i++) {
            drop[from + i] |= Double.isNaN(values[i]);
          }
          synchronized (all) {
            all.add(some);
          }
        });
    return all;
  }

  /** With nulls => 'drop', leaves out rows in which a control that is no feature is NULL. */
  private void dropNullControls(boolean[] drop) {
    if (!columns.arguments().requiredText("nulls").equals("drop")) {
      return;
    }
    for (int column : roles.covariates(table)) {
      if (roles.features().contains(column)) {
        continue;
      }
      drop(column, drop);
    }
  }
}
