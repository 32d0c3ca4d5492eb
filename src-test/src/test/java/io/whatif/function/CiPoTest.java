/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code estimator => 'ci_po'}. */
class CiPoTest {
  private static final long SEED = 20261126;

  private static Map<String, @Nullable Object> arguments(
      String outcome, String treatment, List<String> controls) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("estimator", "ci_po");
    a.put("estimand", "ATT");
    a.put("outcome", outcome);
    a.put("treatment", treatment);
    a.put("controls", controls);
    a.put("treatment_learner", "logit");
    return a;
  }

  private static void expect(
      Relations data, Map<String, @Nullable Object> a, double estimate, double relative) {
    a.put("fold", "fold");
    a.put("draws", 2);
    Map<String, @Nullable Object> row = data.withFold(5).call("ate", a).get(0);
    assertThat(row.get("estimator")).isEqualTo("ci_po");
    assertThat(row.get("estimand")).isEqualTo("ATT");
    assertThat((Double) row.get("estimate"))
        .isCloseTo(estimate, Percentage.withPercentage(100 * relative));
  }

  @Test
  void publicDataAgreeWithAnIndependentComputation() {
    // numpy 2.4.6: folds (row - 1) mod 5, unpenalised logit with a 1e-9 ridge, bins cut after row
    // ceil(n b / 5) in the order of e, lstsq of y on the covariates that vary among a bin's
    // untreated rows
    expect(PublicData.nsw(), arguments("re78", "t", PublicData.NSW), 2.210776965503097, 1e-6);
    expect(PublicData.bonus(), arguments("y", "d", PublicData.BONUS), -.07095537678868863, 1e-6);
    Relations pension = PublicData.pension();
    expect(
        pension,
        arguments("net_tfa", "e401", PublicData.withHinges(pension)),
        9990.267406706993,
        1e-6);
  }

  /** x ~ N(0, I2), e = sigma(x0), effect 1 + x0, y = effect t + x0 + x1 + N(0, 1). */
  private static CoverageStudy.Draw draw(int replication, int n) {
    CoverageStudy.Draw draw = new CoverageStudy.Draw(SEED, replication, n, 2);
    for (int i = 0; i < n; i++) {
      draw.t[i] = draw.uniform(i) < CoverageStudy.sigmoid(draw.x[0][i]) ? 1 : 0;
      draw.y[i] = (1 + draw.x[0][i]) * draw.t[i] + draw.x[0][i] + draw.x[1][i] + draw.noise(i);
    }
    return draw;
  }

  private static Map<String, @Nullable Object> drawn() {
    Map<String, @Nullable Object> a = arguments("y", "t", List.of("x0", "x1"));
    a.put("draws", 50);
    return a;
  }

  @Test
  void intervalsOfTheBootstrapCover() {
    Trials.expectBinomial(study(100, 1000, 50));
  }

  @Test
  @Tag("slow")
  void intervalsOfTheBootstrapCoverInTheLongRun() {
    Trials.expectBand(study(2000, 1000, 100));
  }

  private static List<CoverageStudy.Result> study(int replications, int n, int resamples) {
    double above = 0;
    double below = 0;
    for (int k = -8000; k <= 8000; k++) {
      double x = k / 1000.0;
      double weight = CoverageStudy.sigmoid(x) * Math.exp(-x * x / 2);
      above += weight * (1 + x);
      below += weight;
    }
    double truth = above / below;
    Trials trials = new Trials();
    Trials.each(
        replications,
        r -> {
          Map<String, @Nullable Object> a = drawn();
          a.put("draws", resamples);
          Map<String, @Nullable Object> row = draw(r, n).relation().call("ate", a).get(0);
          trials.add(
              "ci_po ATT", (Double) row.get("estimate"), (Double) row.get("std_error"), truth);
        });
    return trials.results();
  }

  @Test
  void oneBinIsTheRegressionOnAllUntreatedRows() {
    Map<String, @Nullable Object> a = drawn();
    a.put("bins", 1);
    CoverageStudy.Draw draw = draw(0, 500);
    Map<String, @Nullable Object> row = draw.relation().call("ate", a).get(0);
    a = arguments("y", "t", List.of("x0", "x1"));
    a.remove("treatment_learner");
    a.put("estimator", "regression");
    assertThat((Double) row.get("estimate"))
        .isCloseTo((Double) draw.relation().call("ate", a).get(0).get("estimate"), within(1e-9));
    assertThat(String.valueOf(row.get("learners"))).contains("in 1 bins");
  }

  @Test
  void groupsOfRowsHaveAveragesOfTheirOwn() {
    CoverageStudy.Draw draw = draw(1, 500);
    double[] side = new double[500];
    Arrays.setAll(side, i -> draw.x[0][i] > 0 ? 1 : 0);
    Map<String, @Nullable Object> a = drawn();
    double all = (Double) draw.relation().call("ate", a).get(0).get("estimate");
    a.put("by", List.of("side"));
    List<Map<String, @Nullable Object>> rows = draw.relation().with("side", side).call("ate", a);
    double[] treated = new double[2];
    for (int i = 0; i < 500; i++) {
      treated[(int) side[i]] += draw.t[i];
    }
    double first = (Double) rows.get(0).get("estimate");
    double second = (Double) rows.get(1).get("estimate");
    double mean = treated[0] * first + treated[1] * second;
    assertThat(mean / (treated[0] + treated[1])).isCloseTo(all, within(1e-9));
    assertThat((Double) rows.get(0).get("std_error")).isPositive();
  }

  @Test
  void sameSeedSameErrorAndPropensitiesMayBeGiven() {
    CoverageStudy.Draw draw = draw(2, 400);
    Map<String, @Nullable Object> a = drawn();
    Map<String, @Nullable Object> one = draw.relation().call("ate", a).get(0);
    Map<String, @Nullable Object> other = draw.relation().call("ate", a).get(0);
    assertThat(other.get("std_error")).isEqualTo(one.get("std_error"));
    double[] e = new double[400];
    Arrays.setAll(e, i -> CoverageStudy.sigmoid(draw.x[0][i]));
    a.remove("treatment_learner");
    a.put("propensity", "e");
    Map<String, @Nullable Object> given = draw.relation().with("e", e).call("ate", a).get(0);
    assertThat((Double) given.get("estimate")).isCloseTo((Double) one.get("estimate"), within(.3));
    assertThat(String.valueOf(given.get("learners"))).contains("treatment: given");
  }

  @Test
  void badInputIsRefusedInOneLine() {
    refused("bins", 0, "bins => 0: must lie between 1 and 1000.");
    refused("draws", 1, "draws => 1: must lie between 2 and 100000.");
    refused(
        "estimand",
        "ATE",
        "estimand => 'ATE': estimator 'ci_po' gives 'ATT'. Use estimator => 'aipw', 'dml', 'ipw',"
            + " 'regression' or 'naive'.");
    refused(
        "freq",
        "copies",
        "freq: estimator 'ci_po' resamples the rows as they are, and some stand for several. Expand"
            + " them, or use estimator => 'aipw'.");
  }

  /** Few rows may stand for fewer than there are, where some count nothing. */
  @Test
  void countsAreRefusedWhateverTheyAddUpTo() {
    CoverageStudy.Draw draw = draw(3, 200);
    double[] copies = new double[200];
    Arrays.setAll(copies, i -> i % 4 == 0 ? 2 : i % 4 < 3 ? 1 : 0);
    Map<String, @Nullable Object> a = drawn();
    a.put("freq", "copies");
    assertThatThrownBy(() -> draw.relation().with("copies", copies).call("ate", a))
        .hasMessageStartingWith("freq: estimator 'ci_po' resamples the rows as they are");
  }

  private static void refused(String name, Object value, String message) {
    CoverageStudy.Draw draw = draw(3, 200);
    double[] copies = new double[200];
    Arrays.fill(copies, 2);
    Map<String, @Nullable Object> a = drawn();
    a.put(name, value);
    assertThatThrownBy(() -> draw.relation().with("copies", copies).call("ate", a))
        .hasMessage(message);
  }
}
