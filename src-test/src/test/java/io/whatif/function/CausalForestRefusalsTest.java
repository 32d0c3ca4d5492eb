/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.CausalForestTest.arguments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code method => 'causal_forest'} cannot do is told in one line. */
final class CausalForestRefusalsTest {
  private static final int ROWS = 2_000;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trees|7|trees => 7: must be an even number between 2 and 100000, such as 2000.",
        "trees|0|trees => 0: must be an even number between 2 and 100000, such as 2000.",
        "min_node_size|0|min_node_size => 0: must be a whole number of 1 or more, or auto.",
        "min_node_size|2.5|min_node_size => 2.5: must be a whole number of 1 or more, or auto.",
        "mtry|11|mtry => 11: must lie between 1 and the number of features, 10.",
        "sample_fraction|0.6|sample_fraction => 0.6: must be above 0 and at most 0.5.",
        "honesty_fraction|1|honesty_fraction => 1: must lie between 0 and 1.",
        "min_balance|0.3|min_balance => 0.3: must lie between 0 and 0.25.",
        "imbalance_penalty|-1|imbalance_penalty => -1: must be a number of 0 or more.",
        "min_node_size|400|2000 usable rows are too few for method 'causal_forest': 500 of them choose the splits of a tree, and with min_node_size => 400 it takes 1600. Use more rows, or a smaller min_node_size.",
        "sample_fraction|0.01|2000 usable rows are too few for method 'causal_forest': 10 of them choose the splits of a tree, and with min_node_size => 5 it takes 20. Use more rows, or a smaller min_node_size.",
        "sample_fraction|0.003|2000 usable rows are too few for method 'causal_forest': 3 of them choose the splits of a tree, and with min_node_size => 5 it takes 20. Use more rows.",
        "per|sd|per => 'sd': method 'causal_forest' fits the effect by a learner and has no coefficients. Leave it out, or use method => 'dr' with final => 'ols'.",
      })
  void whatCannotBeDoneIsToldInOneLine(String argument, String value, String message) {
    Map<String, @Nullable Object> a = arguments();
    if (argument.equals("per")) {
      a.put("per", value);
      a.remove("model");
      assertThatThrownBy(() -> Steps.of(ROWS, 1).relation().call("dml_summary", a))
          .hasMessage(message);
      return;
    }
    Object number = argument.equals("trees") ? (Object) Long.valueOf(value) : Double.valueOf(value);
    a.put(argument, number);
    assertThatThrownBy(() -> Steps.of(ROWS, 1).relation().fit(a)).hasMessage(message);
  }

  @Test
  void anArmThatIsTooRareIsNamed() {
    Relations rows = Steps.of(ROWS, 1).relation();
    double[] rare = new double[ROWS];
    Arrays.setAll(rare, i -> i % 100 == 0 ? 1 : 0);
    assertThatThrownBy(() -> rows.with("t", rare).fit(arguments()))
        .hasMessage(
            "treatment => 't': the rarer value has 20 rows, of which about 5 choose the splits of a tree, and with min_node_size => 5 it takes 10. Use more rows, a smaller min_node_size, or method => 'dr'.");
  }

  @Test
  void featuresThatDoNotDifferAreNamed() {
    Relations rows = Steps.of(ROWS, 1).relation().with("k", new double[ROWS]);
    assertThatThrownBy(() -> rows.fit(arguments("features", List.of("k"), "controls", "x2")))
        .hasMessage(
            "features => [k]: no column differs between the usable rows, so that there is nothing to split by. Name a feature that does, or use method => 'linear_dml' without features.");
  }

  /**
   * More rows of the same clusters are no remedy, nor is any leaf where too few clusters grow it.
   */
  @ParameterizedTest
  @CsvSource({
    "cluster, 3, 0, ''",
    "id, 3, 0, ''",
    "cluster, 20, 5, ', or a smaller min_node_size'"
  })
  void tooFewClustersTakeMoreClusters(String argument, int clusters, int growing, String size) {
    assertThatThrownBy(() -> clustered(clusters).fit(arguments(argument, "shop")))
        .hasMessage(
            "%d usable ids or clusters are too few for method 'causal_forest': %d of them choose the splits of a tree, and with min_node_size => 5 it takes 20. Use more ids or clusters%s.",
            clusters, growing, size);
  }

  @Test
  void aSmallerLeafThatIsNamedAsRemedyIsOne() {
    assertThat(clustered(20).fit(arguments("cluster", "shop", "min_node_size", 1.0)).report())
        .containsEntry("n", (long) ROWS);
  }

  private static Relations clustered(int clusters) {
    double[] shop = new double[ROWS];
    Arrays.setAll(shop, i -> i % clusters);
    return Steps.of(ROWS, 1).relation().with("shop", shop);
  }
}
