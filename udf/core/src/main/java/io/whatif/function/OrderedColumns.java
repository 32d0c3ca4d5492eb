/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.Column;
import io.whatif.data.ErrorCode;
import io.whatif.data.JoinedTiles;
import io.whatif.data.Parallel;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.Schema;
import io.whatif.data.StoredDataset;
import io.whatif.data.Tiles;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Treatment;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a relation in the order of their keys, with the columns that nuisances are fitted to: the
 * treatment, the covariates, and the square of a continuous treatment. Calls that differ in their
 * outcome alone share them.
 */
final class OrderedColumns {
  private final RoleColumns from;
  private final Run run;
  private final RawTable table;
  private final RelationRoles roles;
  private final int[] kept;
  private final long[] keys;
  private final int[] order;
  private final Treatment treatment;
  private final Tiles tiles;
  private final Column[] columns;

  /** What decides the rows, their order and their columns. */
  private record Content(
      List<Integer> treatments,
      List<Integer> covariates,
      @Nullable Integer id,
      @Nullable Integer fold,
      String nulls,
      String treatmentType,
      @Nullable String control,
      int rows,
      long keptHash,
      String order) {}

  /** The rows {@code kept}; those of an earlier call of the session if they are the same. */
  static OrderedColumns of(RoleColumns from, int[] kept) {
    RelationRoles roles = from.roles();
    Arguments arguments = from.arguments();
    // Rows of one key are alike, unless it is an id or a fold parts them: then their order counts.
    boolean alike = roles.id() == null && roles.fold() == null;
    Content content =
        new Content(
            roles.listed().treatments(),
            roles.covariates(from.table()),
            roles.id(),
            roles.fold(),
            arguments.requiredText("nulls"),
            arguments.requiredText("treatment_type"),
            arguments.text("control"),
            kept.length,
            hash(kept),
            alike
                ? ""
                : roles.listed().outcomes()
                    + " "
                    + roles.rows().within()
                    + " "
                    + from.table().rowPositions());
    return from.run().shared(content, () -> new OrderedColumns(from, kept));
  }

  /** 64 bits: of 32 some pair of outcomes would one day be taken for one. */
  private static long hash(int[] rows) {
    long hash = rows.length;
    for (int row : rows) {
      hash = Mix.mix(hash, row);
    }
    return hash;
  }

  private OrderedColumns(RoleColumns from, int[] kept) {
    this.from = from;
    this.run = from.run();
    this.table = from.table();
    this.roles = from.roles();
    this.kept = kept;
    double[] values = from.values(roles.treatment(), kept);
    RowKeys rowKeys = new RowKeys(from, kept);
    this.keys = rowKeys.keys();
    this.treatment = new TreatmentReader(table, roles.treatment(), from.arguments()).read(values);
    this.order = rowKeys.order(keys);
    int width = 1 + roles.covariates(table).size() + (treatment.continuous() ? 1 : 0);
    this.tiles = table.tiles().sibling(width);
    this.columns = new Column[width];
    gather(values, roles.covariates(table));
  }

  /** The key of each kept row, in the order the rows arrived. */
  long[] keys() {
    return keys;
  }

  Treatment treatment() {
    return treatment;
  }

  /** The kept rows by key; those of one key as {@code call} orders them. */
  int[] order(RoleColumns call) {
    return call.roles().equals(roles) && call.table().rowPositions() == table.rowPositions()
        ? order
        : new RowKeys(call, kept).reordered(order, keys);
  }

  /** The dataset of a call: its outcome beside these columns. */
  StoredDataset with(RoleColumns call, int[] callOrder) {
    Integer outcome = call.roles().outcome();
    Tiles own = call.table().tiles().sibling(1);
    own.reserve(kept.length);
    double[] values;
    if (outcome == null) {
      values = new double[kept.length];
      Arrays.fill(values, Double.NaN);
      own.write(0, 0, values, values.length);
    } else {
      values = call.values(outcome, kept);
      own.write(0, 0, sorted(values, callOrder), values.length);
    }
    List<Column> all = new ArrayList<>();
    all.add(outcome == null ? new Column.Numeric("", "DOUBLE") : numeric(outcome));
    all.addAll(Arrays.asList(columns));
    return new StoredDataset(new Schema(all), new JoinedTiles(own, tiles), kept.length);
  }

  private static double[] sorted(double[] values, int[] order) {
    double[] sorted = new double[order.length];
    for (int i = 0; i < order.length; i++) {
      sorted[i] = values[order[i]];
    }
    return sorted;
  }

  private void gather(double[] treated, List<Integer> covariates) {
    tiles.reserve(kept.length);
    Parallel.forEach(
        run,
        columns.length,
        c -> {
          double[] values;
          if (c == 0) {
            values = treated;
            columns[c] = numeric(roles.treatment());
          } else if (c == 1 + covariates.size()) {
            values = squares(treated);
            columns[c] = new Column.Numeric("", "DOUBLE");
          } else {
            int column = covariates.get(c - 1);
            values = from.covariate(column, kept);
            checkCovariate(column, values);
            columns[c] = recode(column, values);
          }
          tiles.write(c, 0, sorted(values, order), order.length);
        });
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
