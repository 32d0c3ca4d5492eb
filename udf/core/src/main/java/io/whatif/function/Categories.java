/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RowSelection;
import io.whatif.data.WhatifException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * The texts that occur in a column, sorted, and the place of each among them.
 *
 * @param names the texts, ascending
 * @param place of each code of the column's dictionary
 */
record Categories(List<String> names, double[] place) {

  /** Those of some rows. One pass over the column. */
  static Categories of(RoleColumns columns, int column, RowSelection rows) {
    List<String> dictionary = columns.dictionary(column);
    TreeMap<String, Integer> seen = new TreeMap<>();
    boolean[] used = new boolean[dictionary.size()];
    columns.forEachBlock(
        column,
        rows,
        (values, count) -> {
          for (int i = 0; i < count; i++) {
            double v = values[i];
            if (!Double.isNaN(v) && !used[(int) v]) {
              used[(int) v] = true;
              seen.put(dictionary.get((int) v), (int) v);
            }
          }
        });
    if (seen.size() > StudyBuilder.MAX_CATEGORIES) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          String.format(
              Locale.ROOT,
              "%s => '%s': has %d different texts, the most that are encoded is %d. Group them into fewer, or leave it out%s.",
              columns.role(column),
              columns.name(column),
              seen.size(),
              StudyBuilder.MAX_CATEGORIES,
              columns.exclusion(column)));
    }
    double[] place = new double[used.length];
    List<String> names = new ArrayList<>(seen.keySet());
    int next = 0;
    for (int code : seen.values()) {
      place[code] = next++;
    }
    return new Categories(names, place);
  }

  /** Puts places in the stead of codes. */
  void recode(double[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = Double.isNaN(values[i]) ? Double.NaN : place[(int) values[i]];
    }
  }
}
