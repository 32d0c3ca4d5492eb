/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RowPlaces;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Study;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Decides how an instrument is read: two different values are coded 0 and 1 in their order, texts
 * in theirs; more numbers are taken as they are, more texts are refused.
 */
final class InstrumentReader {
  private static final int TWO = 2;

  private final RoleColumns columns;
  private final int column;

  InstrumentReader(RoleColumns columns, int column) {
    this.columns = columns;
    this.column = column;
  }

  /**
   * The values of a study's rows.
   *
   * @throws WhatifException if they are those of the treatment or of the outcome
   */
  double[] values(RowPlaces places) {
    double[] values = columns.ordered(column, places);
    refuseCopies(values, places);
    return values;
  }

  /**
   * How values are read; two are recoded in place.
   *
   * @param place where they will stand in the dataset
   */
  Study.Instrument read(double[] values, int place) {
    boolean text = columns.isText(column);
    List<Double> seen =
        DoubleStream.of(values)
            .distinct()
            .limit(TWO + 1L)
            .boxed()
            .sorted(text ? Comparator.comparing(this::text) : Comparator.naturalOrder())
            .toList();
    if (seen.size() < TWO) {
      throw bad("is the same in every usable row. It must differ between rows.");
    }
    if (seen.size() > TWO && text) {
      throw bad(
          "has more than two texts (%s, ...). Derive a number or a boolean from it."
              .formatted(seen.stream().map(this::text).collect(Collectors.joining(", "))));
    }
    if (seen.size() == TWO) {
      double high = seen.get(1);
      Arrays.setAll(values, i -> values[i] == high ? 1 : 0);
    }
    return new Study.Instrument(columns.name(column), seen.size() == TWO, place);
  }

  /**
   * What repeats the treatment cannot tell why it was chosen; what repeats the outcome follows it.
   */
  private void refuseCopies(double[] values, RowPlaces places) {
    RelationRoles roles = columns.roles();
    if (isCopy(values, roles.treatment(), places)) {
      throw bad("is the treatment itself: use method => 'causal_forest'.");
    }
    if (roles.outcome() != null && isCopy(values, roles.outcome(), places)) {
      throw bad(
          "is the outcome itself: name a column that moves the treatment, and the outcome through it alone.");
    }
  }

  /** Whether a column has the same numbers, or two values that part the rows in the same way. */
  private boolean isCopy(double[] values, int other, RowPlaces places) {
    double[] others = columns.ordered(other, places);
    boolean equal = !columns.isText(column) && !columns.isText(other);
    boolean parted = true;
    boolean constant = true;
    double second = Double.NaN;
    double otherSecond = Double.NaN;
    for (int i = 0; i < values.length && (equal || parted); i++) {
      equal &= values[i] == others[i];
      boolean first = values[i] == values[0];
      if (!first && constant) {
        constant = false;
        second = values[i];
        otherSecond = others[i];
      }
      parted &=
          first
              ? others[i] == others[0]
              : values[i] == second && others[i] == otherSecond && others[i] != others[0];
    }
    return !constant && (equal || parted);
  }

  private String text(double code) {
    return columns.dictionary(column).get((int) code);
  }

  private WhatifException bad(String what) {
    return new WhatifException(
        ErrorCode.BAD_COLUMN, "instrument => '%s': %s".formatted(columns.name(column), what));
  }
}
