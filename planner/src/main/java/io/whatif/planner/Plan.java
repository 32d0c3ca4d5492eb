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
 */
public record Plan(
    String sql, boolean causal, List<Fit> fits, List<String> drops, boolean usesModels) {

  /** A model to be fitted, and what to do if it is there already. */
  public record Fit(String model, String ifExists) {}

  public Plan {
    fits = List.copyOf(fits);
    drops = List.copyOf(drops);
  }

  static Plan untouched(String sql) {
    return new Plan(sql, false, List.of(), List.of(), false);
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
