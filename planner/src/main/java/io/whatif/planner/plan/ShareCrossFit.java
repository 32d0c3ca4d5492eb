/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.duckdb.CausalCall;
import io.whatif.duckdb.Reading;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.plan.RelOptRuleCall;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a session whose nuisances are the same problem fit them once: same treatment, same
 * covariates, same learner, folds and seed. What they estimate from them may differ.
 */
final class ShareCrossFit extends CausalRule {
  ShareCrossFit() {
    super(SessionRel.class, "ShareCrossFit");
  }

  @Override
  public void onMatch(RelOptRuleCall call) {
    SessionRel session = call.rel(0);
    if (session.sites().size() < 2) {
      return; // nothing to share
    }
    Reading reading = session.reading();
    List<Problem> problems =
        reading.calls().stream()
            .filter(fit -> !fit.function().readsByModel())
            .map(Problem::of)
            .toList();
    if (!reading.sharesFits() && problems.stream().distinct().count() < problems.size()) {
      call.transformTo(session.doing(reading.sharingFits()));
    }
  }

  /**
   * What the propensity is fitted to and by, as far as the arguments tell. Where they leave more
   * open the session finds out, by the rows: this is when it is worth looking.
   */
  private record Problem(List<@Nullable Object> values, Set<String> covariates) {
    private static final List<String> ALIKE =
        List.of(
            "treatment",
            "treatment_learner",
            "folds",
            "seed",
            "fold",
            "id",
            "cluster",
            "weight",
            "freq",
            "nulls",
            "treatment_type",
            "control");

    static Problem of(CausalCall call) {
      List<@Nullable Object> values = new ArrayList<>();
      for (String name : ALIKE) {
        String expression = call.expressions().get(name);
        values.add(expression == null ? call.literals().get(name) : expression);
      }
      Set<String> covariates = new HashSet<>();
      if (call.literals().get("controls") == null) {
        covariates.add("all but " + call.literals().get("exclude"));
      }
      for (String role : List.of("features", "controls")) {
        if (call.literals().get(role) instanceof List<?> names) {
          names.forEach(name -> covariates.add(String.valueOf(name).toLowerCase(Locale.ROOT)));
        } else if (call.literals().get(role) instanceof String name) {
          covariates.add(name.toLowerCase(Locale.ROOT));
        }
      }
      return new Problem(values, covariates);
    }
  }
}
