/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.duckdb.CausalCall;
import io.whatif.duckdb.Reading;
import io.whatif.function.Body;
import io.whatif.function.ResultColumn;
import io.whatif.planner.sql.CallPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.plan.RelOptRuleCall;

/**
 * A function that gives its relation back computes and adds only the columns that the statement
 * names, where it names them all.
 */
final class DropOutputs extends CausalRule {
  DropOutputs() {
    super(SessionRel.class, "DropOutputs");
  }

  @Override
  public void onMatch(RelOptRuleCall call) {
    SessionRel session = call.rel(0);
    Reading reading = session.reading();
    List<CausalCall> calls = new ArrayList<>(reading.calls());
    for (int i = 0; i < calls.size(); i++) {
      CausalCall one = calls.get(i);
      calls.set(i, asked(one, session.places().get(i)).map(one::asking).orElse(one));
    }
    if (!calls.equals(reading.calls())) {
      call.transformTo(session.doing(reading.serving(calls)));
    }
  }

  /** The columns asked for, if they are fewer than all and not told yet. */
  private static Optional<List<String>> asked(CausalCall call, CallPlace place) {
    List<ResultColumn> result = call.function().result();
    if (call.outputs() != null || call.function().body(Body.RowWise.class).isEmpty()) {
      return Optional.empty();
    }
    return place
        .used(result.stream().map(ResultColumn::name).toList())
        .filter(used -> used.size() < result.size());
  }
}
