/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.duckdb.CausalCall;
import io.whatif.function.Body;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.ResultColumn;
import io.whatif.planner.sql.CallPlace;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.plan.RelOptRuleCall;

/**
 * Conditions of the statement on the keys of {@code partition_by} move into the relation, so that
 * only the groups asked for are fitted. No other condition may move, because it would change the
 * rows an estimate sees; nor may these where a group's result depends on other groups: where
 * columns are named, or may be used unnamed, that compare groups; where all values of the treatment
 * decide how it is read. A fit that is stored keeps all groups, a session of several calls all
 * rows.
 */
final class PushKeyFilter extends CausalRule {
  PushKeyFilter() {
    super(SessionRel.class, "PushKeyFilter");
  }

  @Override
  public void onMatch(RelOptRuleCall call) {
    SessionRel session = call.rel(0);
    List<CausalCall> calls = session.reading().calls();
    if (calls.size() != 1 || session.scan().isFiltered() || !isPureByGroup(calls.get(0))) {
      return;
    }
    CallPlace place = session.places().get(0);
    Optional<String> condition = place.condition(keys(calls.get(0)));
    if (condition.isPresent() && !comparesGroups(calls.get(0).function(), place)) {
      call.transformTo(session.over(session.scan().where(condition.get())));
    }
  }

  private static boolean isPureByGroup(CausalCall call) {
    boolean stores =
        call.function().body(Body.Summary.class).map(Body.Summary::stores).orElse(false);
    Object type = call.literals().get("treatment_type");
    boolean readAlike = type != null && !"auto".equals(type);
    return !stores && readAlike && !keys(call).isEmpty();
  }

  private static boolean comparesGroups(FunctionDescriptor function, CallPlace place) {
    List<String> comparing =
        function.groupedResult().stream()
            .filter(column -> !function.result().contains(column))
            .map(ResultColumn::name)
            .toList();
    return !comparing.isEmpty() && !place.used(comparing).equals(Optional.of(List.of()));
  }

  private static List<String> keys(CausalCall call) {
    Object keys = call.literals().get("partition_by");
    if (keys instanceof List<?> names) {
      return names.stream().map(String::valueOf).toList();
    }
    return keys instanceof String name ? List.of(name) : List.of();
  }
}
