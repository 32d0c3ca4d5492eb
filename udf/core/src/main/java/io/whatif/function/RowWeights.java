/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RowPlaces;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Study;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The weights of a study's rows, read in their order and checked. */
final class RowWeights {
  /** Bytes a row: four numbers. */
  private static final long BYTES = 4L * Double.BYTES;

  private final RoleColumns columns;
  private final RowPlaces places;

  RowWeights(RoleColumns columns, RowPlaces places) {
    this.columns = columns;
    this.places = places;
  }

  /**
   * The weights, or null if none are given.
   *
   * @param column where their products will stand in the dataset
   */
  Study.@Nullable Weighting of(int column) {
    RelationRoles.Rows rows = columns.roles().rows();
    if (rows.weight() == null && rows.freq() == null) {
      return null;
    }
    columns.run().memory().take(BYTES * places.size(), "the weights of rows");
    double[] weights = read(rows.weight(), 1);
    double[] counts = read(rows.freq(), 1);
    double[] variances = read(rows.outcomeVar(), 0);
    check(rows.weight(), weights, false);
    check(rows.freq(), counts, true);
    check(rows.outcomeVar(), variances, false);
    double[] products = new double[weights.length];
    for (int i = 0; i < products.length; i++) {
      products[i] = weights[i] * counts[i];
    }
    return new Study.Weighting(weights, counts, variances, products, column);
  }

  private double[] read(@Nullable Integer column, double fallback) {
    if (column == null) {
      double[] all = new double[places.size()];
      Arrays.fill(all, fallback);
      return all;
    }
    double[] values = columns.ordered(column, places);
    columns.checkRange(column, values);
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isNaN(values[i]) ? fallback : values[i];
    }
    return values;
  }

  private void check(@Nullable Integer column, double[] values, boolean whole) {
    if (column == null) {
      return;
    }
    double total = 0;
    for (double value : values) {
      if (value < 0) {
        throw bad(column, "has negative values such as %s. They must be 0 or more.", value);
      }
      if (whole && value != Math.rint(value)) {
        throw bad(
            column,
            "holds %s, which is no number of rows. Use whole numbers, or weight =>.",
            value);
      }
      total += value;
    }
    if (total == 0 && !column.equals(columns.roles().rows().outcomeVar())) {
      throw bad(column, "is %s in every usable row. Some must be positive.", 0);
    }
  }

  private WhatifException bad(int column, String what, double value) {
    return new WhatifException(
        ErrorCode.BAD_COLUMN,
        "%s => '%s': %s"
            .formatted(
                columns.role(column),
                columns.name(column),
                String.format(Locale.ROOT, what, TreatmentReader.number(value))));
  }
}
