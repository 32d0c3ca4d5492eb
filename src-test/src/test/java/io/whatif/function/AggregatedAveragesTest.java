/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.AverageLawStudy.NAMES;
import static io.whatif.function.AverageLawStudy.arguments;
import static io.whatif.function.AverageLawStudy.expectSame;
import static io.whatif.function.AverageLawStudy.relation;
import static io.whatif.function.AverageLawStudy.row;
import static io.whatif.function.AverageLawStudy.rows;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Averages of rows that stand for several are those of their rows. */
final class AggregatedAveragesTest {
  /**
   * Figures of rows that lie on both sides of a fifth's edge: rows draw lots, counts are parted.
   */
  private static final Set<String> OF_CUT_FIFTHS =
      Set.of("top_fifth_effect", "top_fifth_se", "bottom_fifth_effect", "bottom_fifth_se");

  private static final Set<String> OF_SINGLE_OUTCOMES =
      Set.of(
          "n_effective",
          "top10_shift",
          "top_fifth_effect",
          "top_fifth_se",
          "bottom_fifth_effect",
          "bottom_fifth_se");

  /** One row for each kind, with its number of rows and the outcome's mean and variance. */
  private static Relations aggregated(List<double[]> rows) {
    Map<String, List<double[]>> kinds = new TreeMap<>();
    for (double[] row : rows) {
      StringBuilder kind = new StringBuilder();
      for (int c = 0; c < 5; c++) {
        kind.append(row[c]).append(' ');
      }
      kinds.computeIfAbsent(kind.toString(), k -> new ArrayList<>()).add(row);
    }
    List<double[]> few = new ArrayList<>();
    for (List<double[]> members : kinds.values()) {
      double n = members.size();
      double mean = members.stream().mapToDouble(row -> row[5]).sum() / n;
      double squares = 0;
      for (double[] row : members) {
        squares += (row[5] - mean) * (row[5] - mean);
      }
      double[] first = members.get(0);
      few.add(
          new double[] {first[0], first[1], first[2], first[3], first[4], mean, n, squares / n});
    }
    return relation(few, List.of("a", "b", "d", "fold", "g", "y", "copies", "spread"));
  }

  @ParameterizedTest
  @CsvSource({
    "aipw,ATE",
    "aipw,ATT",
    "aipw,ATC",
    "aipw,overlap",
    "dml,ATE",
    "dml,ATT",
    "dml,ATC",
    "dml,overlap",
    "ipw,ATE",
    "ipw,overlap",
    "regression,ATE",
    "regression,ATT",
    "naive,ATE"
  })
  void rowsThatStandForSeveralGiveWhatTheirRowsGive(String estimator, String estimand) {
    List<double[]> rows = rows();
    for (List<String> by : List.of(List.<String>of(), List.of("g"))) {
      expectSame(
          aggregated(rows)
              .call(
                  "ate",
                  arguments(
                      estimator, estimand, "freq", "copies", "outcome_var", "spread", "by", by)),
          relation(rows, NAMES).call("ate", arguments(estimator, estimand, "by", by)));
    }
  }

  /**
   * The same rows, each with the mean outcome of its kind: what rows that stand for several know.
   */
  private static List<double[]> flattened(List<double[]> rows) {
    Map<List<Double>, double[]> sums = new HashMap<>();
    for (double[] row : rows) {
      double[] sum =
          sums.computeIfAbsent(List.of(row[0], row[1], row[2], row[3], row[4]), k -> new double[2]);
      sum[0] += row[5];
      sum[1]++;
    }
    List<double[]> flat = new ArrayList<>();
    for (double[] row : rows) {
      double[] sum =
          Objects.requireNonNull(sums.get(List.of(row[0], row[1], row[2], row[3], row[4])));
      double[] copy = row.clone();
      copy[5] = sum[0] / sum[1];
      flat.add(copy);
    }
    return flat;
  }

  @ParameterizedTest
  @CsvSource({
    "aipw,ATE",
    "aipw,ATT",
    "aipw,overlap",
    "dml,ATE",
    "dml,ATT",
    "dml,overlap",
    "ipw,ATE",
    "regression,ATE",
    "naive,ATE"
  })
  void figuresOfRowsThatStandForSeveralAreThoseOfTheirRows(String estimator, String estimand) {
    for (boolean noisy : new boolean[] {false, true}) {
      List<double[]> rows = noisy ? rows() : flattened(rows());
      for (List<String> by : List.of(List.<String>of(), List.of("g"))) {
        List<Map<String, @Nullable Object>> few =
            aggregated(rows)
                .call(
                    "ate",
                    arguments(
                        estimator, estimand, "freq", "copies", "outcome_var", "spread", "by", by));
        List<Map<String, @Nullable Object>> many =
            relation(rows, NAMES).call("ate", arguments(estimator, estimand, "by", by));
        assertThat(few).hasSameSizeAs(many);
        for (int r = 0; r < few.size(); r++) {
          AggregatedFiguresTest.expectSame(
              few.get(r), many.get(r), noisy ? OF_SINGLE_OUTCOMES : OF_CUT_FIFTHS);
        }
      }
    }
  }
}
