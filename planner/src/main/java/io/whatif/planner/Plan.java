/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A statement ready for DuckDB.
 *
 * @param sql what DuckDB runs
 * @param causal whether it holds causal calls; else {@code sql} is the user's own text
 * @param fits models the statement will fit
 * @param drops models the statement will drop
 * @param macros statements that create what the statement publishes
 * @param scored what to tell of columns that are a model's features, by their names in lower case
 * @param keepsScores whether it defines a view or macro that scores by Whatif
 * @param usesModels whether the text depends on which models are stored
 * @param query whether the statement itself writes nothing
 * @param explanation the causal plan, if the statement asks for a plan; else empty
 */
public record Plan(
    String sql,
    boolean causal,
    List<String> fits,
    List<String> drops,
    List<String> macros,
    Map<String, ScoredColumn> scored,
    boolean keepsScores,
    boolean usesModels,
    boolean query,
    String explanation) {

  public Plan {
    fits = List.copyOf(fits);
    drops = List.copyOf(drops);
    macros = List.copyOf(macros);
    scored = Map.copyOf(scored);
  }

  /**
   * A column that a model is scored with.
   *
   * @param missing what to tell where DuckDB finds no such column; null where the user wrote it
   * @param mistyped what to tell where its values are no numbers, of which a word on the values
   *     follows; null where a text is wanted
   */
  public record ScoredColumn(@Nullable String missing, @Nullable String mistyped) {
    /** The same, and what {@code later} says where this says nothing. */
    ScoredColumn or(ScoredColumn later) {
      return new ScoredColumn(
          missing == null ? later.missing : missing, mistyped == null ? later.mistyped : mistyped);
    }
  }

  static Plan untouched(String sql) {
    return new Plan(sql, false, List.of(), List.of(), List.of(), Map.of(), false, false, false, "");
  }

  /** Whether running it changes the model store. */
  public boolean stores() {
    return !fits.isEmpty() || !drops.isEmpty() || !macros.isEmpty();
  }

  /** Whether the text may have to be written anew before the next execution. */
  public boolean mayChange() {
    return usesModels || stores();
  }
}
