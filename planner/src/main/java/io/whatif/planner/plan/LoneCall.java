/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.duckdb.CausalCall;
import io.whatif.duckdb.Lowering;
import io.whatif.duckdb.Reading;
import io.whatif.function.Body;

/**
 * The only causal call of a text. Most statements have one, and rules can do little for it: where
 * that is no more than to prune columns and to choose where rows lie, it is lowered outright, and
 * Calcite, whose classes take a fifth of a cold statement's time to load, stays away. The text is
 * the same as by {@link CausalPlan}.
 */
public final class LoneCall {
  private LoneCall() {}

  /** Whether no rule can do more for the call: it gives no rows back, and answers no groups. */
  public static boolean suits(CausalCall call) {
    return call.function().body(Body.RowWise.class).isEmpty()
        && call.literals().get("partition_by") == null;
  }

  /** What stands in the place of a call over a relation. */
  public static String lower(CausalCall call, CausalPlan.Database database, String token) {
    Reading all = Reading.of(call);
    Reading reading = all.of(all.needed().orElse(null));
    return Lowering.table(reading.lying(database.batches(reading)), token);
  }
}
