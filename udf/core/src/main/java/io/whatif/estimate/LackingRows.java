/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.model.KeptRows;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Rows that count and have no out-of-bag effect, as every tree drew them: averages are of the
 * others. Of T trees that draw half the rows in pairs, about 1 row in \( 2^{T / 2} \).
 */
public record LackingRows(KeptRows rows) {
  /** The code of the warning. */
  public static final String CODE = "rows_without_effect";

  static final String NEEDED = "an out-of-bag effect";
  private static final String AMONG = " among rows with " + NEEDED;

  /** How many there are. */
  public long count() {
    return count(IntStream.range(0, rows.rows()).toArray());
  }

  /** How many there are of some rows, by their places. */
  public long count(int[] places) {
    KeptRows.Counting counting = rows.counting();
    double[] effect = rows.effect();
    return Arrays.stream(places)
        .filter(i -> Double.isNaN(effect[i]))
        .filter(i -> counting == null || counting.weights()[i] * counting.counts()[i] > 0)
        .count();
  }

  /** What is estimated, as the fit calls it, with what is said of such rows. */
  public String among(String estimand) {
    String plain = estimand.replace(AMONG, "").replace(" among rows with all features", "");
    int end = plain.indexOf(" among ");
    int at = end < 0 ? plain.length() : end;
    return count() == 0 ? plain : plain.substring(0, at) + AMONG + plain.substring(at);
  }

  /** The doubt of averages, if there are such rows. */
  public Optional<Warning> warning() {
    return warning(count(), "the %d rows".formatted(rows.rows()), "averages are");
  }

  /** The doubt of a projection of some rows, by their places. */
  public Optional<Warning> warning(int[] places) {
    return warning(
        count(places), "the %d rows found".formatted(places.length), "the projection is");
  }

  private static Optional<Warning> warning(long count, String all, String answer) {
    return count == 0
        ? Optional.empty()
        : Optional.of(
            new Warning(
                CODE,
                Warning.Severity.INFO,
                String.format(
                    Locale.ROOT,
                    "%d of %s have no out-of-bag effect, as every tree drew them: %s of the others. More trees leave fewer",
                    count,
                    all,
                    answer)));
  }
}
