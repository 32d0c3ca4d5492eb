/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.CateMergeTest.fit;
import static io.whatif.function.CateMergeTest.merge;
import static io.whatif.function.CateMergeTest.mergedOfRowsThatDiffer;
import static io.whatif.function.CateMergeTest.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.model.StoredModel;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A figure of a merged model is that of the whole, or NULL. */
final class MergedFiguresTest {
  /** What is made of rows is not made of those of one part. */
  @Test
  void noFigureOfRowsThatDifferIsThatOfTheFirst() {
    StoredModel merged = mergedOfRowsThatDiffer();
    for (ResultColumn figure : CateFit.FIGURES) {
      assertThat(merged.report().get(figure.name())).as(figure.name()).isNull();
    }
    assertThat(merged.summary()).isNotEmpty();
    for (Map<String, @Nullable Object> row : merged.summary()) {
      assertThat(row.get("n")).as(String.valueOf(row)).isNull();
      assertThat(row.get("split_sd")).as(String.valueOf(row)).isNull();
    }
    assertThat(String.valueOf(merged.summary().get(0).get("warnings"))).contains("rows_dropped");
    for (Map<String, @Nullable Object> row : Relations.report(merged, "cate_explain")) {
      if (!"figure".equals(row.get("kind"))) {
        assertThat(row)
            .as(String.valueOf(row.get("item")))
            .doesNotContainKeys("smd_raw", "auc_alone", "r2_outcome_alone", "estimate_without");
      } else if (!"estimate".equals(row.get("item")) && !"std_error".equals(row.get("item"))) {
        assertThat(row.get("value")).as(String.valueOf(row.get("item"))).isNull();
      }
    }
  }

  @Test
  void figuresOfForestsOfOtherSeedsAreMadeOfBothOrNull() {
    StoredModel a = fit("a", "trees", 100L);
    StoredModel b = fit("b", "trees", 100L, "seed", 7L);
    StoredModel merged = merge(a, b);
    assertThat(number(a, "misfit_shift")).isNotEqualTo(number(b, "misfit_shift"));
    assertThat(merged.report().get("misfit_shift")).isNull();
    assertThat(merged.report().get("robustness_value")).isNull();
    assertThat(number(merged, "n_effective"))
        .isNotEqualTo(number(a, "n_effective"))
        .isBetween(0.5 * number(a, "n_effective"), 2 * number(a, "n_effective"));
    assertThat(
            Relations.report(merged, "cate_explain").stream()
                .filter(row -> "n_effective".equals(row.get("item")))
                .map(row -> row.get("value")))
        .containsExactly(merged.report().get("n_effective"));
    assertThat(merged.summary().get(0).get("split_sd")).isEqualTo(number(merged, "split_sd"));
  }
}
