/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.Doubts.number;
import static io.whatif.function.Doubts.told;
import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.math.Mix;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The doubt {@code few_rows_decide}, which speaks of what each pull is of: rows, ids or clusters.
 */
class InfluenceDoubtsTest {
  private static final int ROWS = 600;

  /** Rows of so many groups. */
  private static Relations rows(int groups) {
    return new Relations()
        .with("group", column(i -> i % groups))
        .with("x", column(i -> Mix.normal(1, i)))
        .with("t", column(i -> Mix.bucket(2, i, 2)))
        .with("y", column(i -> Mix.normal(3, i) + i % groups * Mix.bucket(2, i, 2)));
  }

  private static double[] column(IntToDoubleFunction value) {
    return IntStream.range(0, ROWS).mapToDouble(value).toArray();
  }

  /** The doubt of the figures of a row. */
  private static String doubt(
      String units, String most, String remedy, Map<String, @Nullable Object> row) {
    return String.format(
        Locale.ROOT,
        "caution: the estimate hangs on few %s (n_effective %.0f%s move it by %.1f standard errors): look at %s",
        units,
        number(row, "n_effective"),
        most,
        number(row, "top10_shift"),
        remedy);
  }

  @Test
  void ofRowsTheLargestOutcomesAreNamed() {
    Relations rows = rows(1);
    rows.column("y")[7] = 500;
    rows.column("y")[8] = -500;
    Map<String, @Nullable Object> row = Doubts.fit(rows);
    assertThat(told(row, "few_rows_decide"))
        .containsExactly(doubt("rows", ", the ten most influential", "the largest outcomes", row));
    assertThat(told(Doubts.fit(rows(1)), "few_rows_decide")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cluster", "id"})
  void ofClustersNoMoreAreNamedThanThereAre(String argument) {
    for (int groups : new int[] {3, 10, 11}) {
      String most =
          groups == 11 ? ", the ten most influential" : " of " + groups + ", together they";
      String remedy = "those with the most rows or the largest outcomes";
      for (String method : List.of("linear_dml", "ols")) {
        Map<String, @Nullable Object> row =
            Doubts.fit(
                rows(groups),
                argument,
                "group",
                "method",
                method,
                "outcome_learner",
                method.equals("ols") ? null : "ols",
                "folds",
                3);
        assertThat(told(row, "few_rows_decide"))
            .as("%d groups by %s", groups, method)
            .containsExactly(doubt("ids or clusters", most, remedy, row));
      }
    }
  }

  /** Each row of {@code ate} is doubted by its own rows. */
  @Test
  void ofAverageEffectsToo() {
    Map<String, @Nullable Object> arguments = Doubts.arguments("cluster", "group", "folds", 3);
    arguments.remove("model");
    Map<String, @Nullable Object> row = rows(3).call("ate", arguments).get(0);
    assertThat(told(row, "few_rows_decide"))
        .containsExactly(
            doubt(
                "ids or clusters",
                " of 3, together they",
                "those with the most rows or the largest outcomes",
                row));
  }
}
