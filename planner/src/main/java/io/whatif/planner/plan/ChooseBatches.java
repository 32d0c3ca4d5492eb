/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.data.Batches;
import io.whatif.duckdb.Reading;
import org.apache.calcite.plan.RelOptRuleCall;

/**
 * Rows that are not expected to fit the memory budget lie in a file from the first on, which spares
 * moving them there. Comes after columns are pruned; where columns or rows are not known the rows
 * begin in memory.
 */
final class ChooseBatches extends CausalRule {
  ChooseBatches() {
    super(SessionRel.class, "ChooseBatches");
  }

  @Override
  public void onMatch(RelOptRuleCall call) {
    SessionRel session = call.rel(0);
    CausalPlan.Database database = call.getPlanner().getContext().unwrap(CausalPlan.Database.class);
    Reading reading = session.reading();
    if (database != null
        && reading.batches() != Batches.SPILLED
        && database.batches(reading) == Batches.SPILLED) {
      call.transformTo(session.doing(reading.lying(Batches.SPILLED)));
    }
  }
}
