/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.duckdb.Reading;
import io.whatif.planner.sql.CommonTables;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptRuleCall;
import org.apache.calcite.rel.RelNode;

/**
 * Calls over the same relation read it once: their sessions become one. The relations must be the
 * same text, their names must mean the same at each call, and ids must agree, because a session
 * keeps one.
 */
final class ShareSession extends CausalRule {
  ShareSession() {
    super(CausalStatementRel.class, "ShareSession");
  }

  @Override
  public void onMatch(RelOptRuleCall call) {
    List<RelNode> inputs = new ArrayList<>();
    boolean shared = false;
    for (RelNode input : call.rel(0).getInputs()) {
      int partner = input.stripped() instanceof SessionRel s ? partner(inputs, s) : -1;
      if (partner >= 0) {
        SessionRel first = (SessionRel) inputs.get(partner).stripped();
        inputs.set(partner, first.with((SessionRel) input.stripped()));
        shared = true;
      } else {
        inputs.add(input);
      }
    }
    if (shared) {
      call.transformTo(new CausalStatementRel(call.rel(0).getCluster(), inputs));
    }
  }

  private static int partner(List<RelNode> inputs, SessionRel session) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).stripped() instanceof SessionRel other && mayJoin(other, session)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean mayJoin(SessionRel one, SessionRel other) {
    String relation = one.scan().relation();
    if (!relation.equals(other.scan().relation())) {
      return false;
    }
    SessionRel both = one.with(other);
    List<String> ids =
        both.reading().calls().stream()
            .map(Reading::id)
            .filter(id -> id != null)
            .distinct()
            .toList();
    return ids.size() <= 1 && CommonTables.place(both.places(), relation).isPresent();
  }
}
