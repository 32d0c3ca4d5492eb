/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.JointStudy.arguments;
import static io.whatif.function.JointStudy.relation;
import static io.whatif.function.JointStudy.row;

import io.whatif.math.Mix;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Intervals of treatments that are estimated together, by simulation. */
final class JointCoverageTest {
  private static List<CoverageStudy.Result> study(int replications, int n) {
    Trials trials = new Trials();
    Trials.each(
        replications,
        r -> {
          Relations relation = relation(Mix.mix(20261126, r), n);
          List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", arguments("x0"));
          add(trials, rows, "price", "intercept", 1);
          add(trials, rows, "price", "x0", .5);
          add(trials, rows, "price", "average effect", 1);
          add(trials, rows, "discount", "intercept", -2);
          add(trials, rows, "discount", "average effect", -2);
        });
    return trials.results();
  }

  private static void add(
      Trials trials,
      List<Map<String, @Nullable Object>> rows,
      String treatment,
      String term,
      double truth) {
    Map<String, @Nullable Object> row = row(rows, treatment, term);
    trials.add(
        "together, " + treatment + ", " + term,
        (Double) row.get("estimate"),
        (Double) row.get("std_error"),
        truth);
  }

  @Test
  void intervalsCover() {
    Trials.expectBinomial(study(200, 500));
  }

  @Test
  @Tag("slow")
  void intervalsCoverInTheLongRun() {
    Trials.expectBand(study(2000, 500));
  }
}
