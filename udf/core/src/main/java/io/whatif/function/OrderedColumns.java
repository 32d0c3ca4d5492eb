/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.Column;
import io.whatif.data.ErrorCode;
import io.whatif.data.Parallel;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.Schema;
import io.whatif.data.StoredDataset;
import io.whatif.data.Tiles;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Study;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Copies the columns of a study in the order of the rows' keys, texts coded by their category. */
final class OrderedColumns {
  private final RoleColumns from;
  private final Run run;
  private final RawTable table;
  private final RelationRoles roles;
  private final int[] kept;
  private final int[] order;

  OrderedColumns(RoleColumns from, int[] kept, int[] order) {
    this.from = from;
    this.run = from.run();
    this.table = from.table();
    this.roles = from.roles();
    this.kept = kept;
    this.order = order;
  }

  /** The treatment of each kept row, coded. */
  record CodedTreatment(double[] values, boolean binary) {}

  StoredDataset gather(CodedTreatment coded, List<Integer> covariates) {
    double[] treatment = coded.values();
    int width = 2 + covariates.size() + (coded.binary() ? 0 : 1);
    Tiles tiles = table.tiles().sibling(width);
    tiles.reserve(kept.length);
    Column[] columns = new Column[width];
    Parallel.forEach(
        run,
        width,
        c -> {
          double[] values;
          if (c == Study.TREATMENT) {
            values = treatment;
            columns[c] = numeric(roles.treatment());
          } else if (c == 2 + covariates.size()) {
            values = squares(treatment);
            columns[c] = new Column.Numeric("", "DOUBLE");
          } else if (c == Study.OUTCOME) {
            values = outcome();
            columns[c] =
                roles.outcome() == null
                    ? new Column.Numeric("", "DOUBLE")
                    : numeric(roles.outcome());
          } else {
            int column = covariates.get(c - 2);
            values = from.values(column, kept);
            checkCovariate(column, values);
            columns[c] = recode(column, values);
          }
          double[] sorted = new double[order.length];
          for (int i = 0; i < order.length; i++) {
            sorted[i] = values[order[i]];
          }
          tiles.write(c, 0, sorted, sorted.length);
        });
    return new StoredDataset(new Schema(Arrays.asList(columns)), tiles, kept.length);
  }

  /** Squares about the mean, which is summed in key order, for the test of linearity. */
  private double[] squares(double[] treatment) {
    double mean = 0;
    for (int row : order) {
      mean += treatment[row] / treatment.length;
    }
    double[] squares = new double[treatment.length];
    for (int i = 0; i < squares.length; i++) {
      squares[i] = (treatment[i] - mean) * (treatment[i] - mean);
    }
    return squares;
  }

  private double[] outcome() {
    if (roles.outcome() != null) {
      return from.values(roles.outcome(), kept);
    }
    double[] none = new double[kept.length];
    Arrays.fill(none, Double.NaN);
    return none;
  }

  private Column numeric(int column) {
    return new Column.Numeric(from.name(column), table.columns().get(column).sqlType());
  }

  private void checkCovariate(int column, double[] values) {
    long missing = 0;
    for (double v : values) {
      missing += Double.isNaN(v) ? 1 : 0;
    }
    from.checkRange(column, values);
    if (missing > 0 && from.arguments().requiredText("nulls").equals("error")) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          String.format(
              Locale.ROOT,
              "%s => '%s': %d of %d rows are NULL and nulls => 'error'. Say nulls => 'indicator' or 'drop'.",
              from.role(column),
              from.name(column),
              missing,
              values.length));
    }
  }

  /** Recodes a text column to places in its sorted categories, in place. */
  private Column recode(int column, double[] values) {
    if (!from.isText(column)) {
      return numeric(column);
    }
    List<String> dictionary = from.dictionary(column);
    TreeMap<String, Integer> seen = new TreeMap<>();
    boolean[] used = new boolean[dictionary.size()];
    for (double v : values) {
      if (!Double.isNaN(v) && !used[(int) v]) {
        used[(int) v] = true;
        seen.put(dictionary.get((int) v), (int) v);
      }
    }
    if (seen.size() > StudyBuilder.MAX_CATEGORIES) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          String.format(
              Locale.ROOT,
              "%s => '%s': has %d different texts, the most that are encoded is %d. Group them into fewer, or leave it out%s.",
              from.role(column),
              from.name(column),
              seen.size(),
              StudyBuilder.MAX_CATEGORIES,
              from.exclusion(column)));
    }
    double[] place = new double[used.length];
    List<String> categories = new ArrayList<>(seen.keySet());
    for (int k = 0; k < categories.size(); k++) {
      Integer code = seen.get(categories.get(k));
      place[code == null ? 0 : code] = k;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isNaN(values[i]) ? Double.NaN : place[(int) values[i]];
    }
    return new Column.Categorical(
        from.name(column), table.columns().get(column).sqlType(), categories);
  }
}
