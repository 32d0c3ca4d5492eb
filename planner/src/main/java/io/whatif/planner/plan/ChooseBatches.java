/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.data.Batches;
import io.whatif.duckdb.Reading;
import java.util.List;
import java.util.OptionalLong;
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
    List<String> columns = session.scan().columns();
    CausalPlan.Sizes sizes = call.getPlanner().getContext().unwrap(CausalPlan.Sizes.class);
    Reading reading = session.reading();
    if (columns == null || sizes == null || reading.batches() == Batches.SPILLED) {
      return;
    }
    OptionalLong rows = sizes.rows(reading.relation());
    if (rows.isPresent()
        && Batches.of(rows.getAsLong(), columns.size(), sizes.memoryLimit()) == Batches.SPILLED) {
      call.transformTo(session.doing(reading.lying(Batches.SPILLED)));
    }
  }
}
