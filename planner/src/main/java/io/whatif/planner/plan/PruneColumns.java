/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import java.util.List;
import java.util.Optional;
import org.apache.calcite.plan.RelOptRuleCall;

/** A session reads the columns its calls need, where they tell; comes after sessions are shared. */
final class PruneColumns extends CausalRule {
  PruneColumns() {
    super(SessionRel.class, "PruneColumns");
  }

  @Override
  public void onMatch(RelOptRuleCall call) {
    SessionRel session = call.rel(0);
    Optional<List<String>> needed = session.reading().needed();
    if (session.scan().columns() == null && needed.isPresent()) {
      call.transformTo(session.over(session.scan().reading(needed.get())));
    }
  }
}
