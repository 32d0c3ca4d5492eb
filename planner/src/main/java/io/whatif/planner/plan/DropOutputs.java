/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.function.Body;
import io.whatif.function.ResultColumn;
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
    List<SessionRel.Call> calls = new ArrayList<>();
    boolean dropped = false;
    for (SessionRel.Call one : session.calls()) {
      Optional<List<String>> asked = asked(one);
      calls.add(asked.map(one::asking).orElse(one));
      dropped |= asked.isPresent();
    }
    if (dropped) {
      call.transformTo(session.serving(calls));
    }
  }

  /** The columns asked for, if they are fewer than all and not told yet. */
  private static Optional<List<String>> asked(SessionRel.Call call) {
    List<ResultColumn> result = call.call().function().result();
    if (call.call().outputs() != null
        || call.call().function().body(Body.RowWise.class).isEmpty()) {
      return Optional.empty();
    }
    return call.place()
        .used(result.stream().map(ResultColumn::name).toList())
        .filter(used -> used.size() < result.size());
  }
}
