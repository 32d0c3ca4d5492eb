/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.inference.Holm;
import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code ate} of several treatments and outcomes: the rows of a call for each pair. */
class AveragePairsTest {
  private static final int ROWS = 600;

  private static Relations relation() {
    double[] x = new double[ROWS];
    double[] mail = new double[ROWS];
    double[] call = new double[ROWS];
    double[] spend = new double[ROWS];
    double[] orders = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[i] = Mix.normal(1, i);
      mail[i] = Mix.uniform(2, i) < 1 / (1 + Math.exp(-x[i])) ? 1 : 0;
      call[i] = Mix.uniform(3, i) < .5 ? 1 : 0;
      spend[i] = 2 * mail[i] + x[i] + Mix.normal(4, i);
      orders[i] = call[i] - x[i] + Mix.normal(5, i);
    }
    return new Relations()
        .with("spend", spend)
        .with("orders", orders)
        .with("mail", mail)
        .with("call", call)
        .with("x", x);
  }

  private static Map<String, @Nullable Object> arguments(Object treatment, Object outcome) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("treatment", treatment);
    a.put("outcome", outcome);
    a.put("outcome_learner", "linear");
    a.put("treatment_learner", "linear");
    return a;
  }

  @Test
  void everyPairIsAsIfItHadBeenAskedForAlone() {
    List<String> treatments = List.of("mail", "call");
    List<String> outcomes = List.of("spend", "orders");
    List<Map<String, @Nullable Object>> rows =
        relation().call("ate", arguments(treatments, outcomes));
    assertThat(rows).hasSize(4);
    double[] p = rows.stream().mapToDouble(row -> (Double) row.get("p_value")).toArray();
    double[] adjusted = Holm.adjust(p);
    for (int k = 0; k < 4; k++) {
      Map<String, @Nullable Object> row = rows.get(k);
      String treatment = treatments.get(k / 2);
      String outcome = outcomes.get(k % 2);
      Map<String, @Nullable Object> a = arguments(treatment, outcome);
      a.put("controls", List.of("x")); // other treatments and outcomes are no controls
      Map<String, @Nullable Object> alone = relation().call("ate", a).get(0);
      assertThat(row.get("treatment")).isEqualTo(treatment).isEqualTo(alone.get("treatment"));
      assertThat(row.get("outcome")).isEqualTo(outcome).isEqualTo(alone.get("outcome"));
      assertThat(row.get("p_adjusted")).isEqualTo(adjusted[k]);
      for (String same :
          List.of("estimate", "std_error", "p_value", "n", "max_smd_raw", "learners")) {
        assertThat(row.get(same)).as(same).isEqualTo(alone.get(same));
      }
    }
  }

  @Test
  void groupsOfByStandInEveryPair() {
    String[] region = new String[ROWS];
    Arrays.setAll(region, i -> i % 2 == 0 ? "north" : "south");
    Map<String, @Nullable Object> a = arguments(List.of("mail", "call"), "spend");
    a.put("by", List.of("region"));
    List<Map<String, @Nullable Object>> rows = relation().withText("region", region).call("ate", a);
    assertThat(rows).hasSize(4);
    assertThat(rows.stream().map(row -> row.get("treatment")))
        .containsExactly("mail", "mail", "call", "call");
    assertThat(rows.get(0).get("between_groups_p")).isEqualTo(rows.get(1).get("between_groups_p"));
  }

  @Test
  void aPairThatCannotBeEstimatedSaysWhyInItsRow() {
    Relations relation = relation();
    double[] never = new double[ROWS];
    relation.with("never", never);
    List<Map<String, @Nullable Object>> rows =
        relation.call("ate", arguments(List.of("mail", "never"), "spend"));
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).get("estimate")).isNotNull();
    assertThat(rows.get(1).get("estimate")).isNull();
    assertThat(rows.get(1).get("verdict")).isEqualTo("do_not_use");
    assertThat(String.valueOf(rows.get(1).get("warnings")))
        .contains("pair_refused")
        .contains("treatment => 'never'");
  }

  @Test
  void predictionsAreOfOnePair() {
    Map<String, @Nullable Object> a = arguments(List.of("mail", "call"), "spend");
    a.remove("treatment_learner");
    a.put("propensity", "x");
    assertThatThrownBy(() -> relation().call("ate", a))
        .hasMessage(
            "propensity => 'x': is of one treatment and one outcome, and the call names several. Call it once for each.");
  }
}
