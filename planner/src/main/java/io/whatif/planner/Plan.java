/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import java.util.List;

/**
 * A statement ready for DuckDB.
 *
 * @param sql what DuckDB runs
 * @param causal whether it holds causal calls; else {@code sql} is the user's own text
 * @param fits models the statement will fit
 * @param drops models the statement will drop
 * @param usesModels whether the text depends on which models are stored
 * @param query whether the statement itself writes nothing
 * @param explanation the causal plan, if the statement asks for a plan; else empty
 */
public record Plan(
    String sql,
    boolean causal,
    List<String> fits,
    List<String> drops,
    boolean usesModels,
    boolean query,
    String explanation) {

  public Plan {
    fits = List.copyOf(fits);
    drops = List.copyOf(drops);
  }

  static Plan untouched(String sql) {
    return new Plan(sql, false, List.of(), List.of(), false, false, "");
  }

  /** Whether running it changes the model store. */
  public boolean stores() {
    return !fits.isEmpty() || !drops.isEmpty();
  }

  /** Whether the text may have to be written anew before the next execution. */
  public boolean mayChange() {
    return usesModels || stores();
  }
}
