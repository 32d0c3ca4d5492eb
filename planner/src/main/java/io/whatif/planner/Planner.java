/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.duckdb.CausalCall;
import io.whatif.duckdb.Lowering;
import io.whatif.duckdb.ModelHeader;
import io.whatif.duckdb.Scope;
import io.whatif.function.Body;
import io.whatif.planner.sql.CausalStatement;
import io.whatif.planner.sql.ScoreCall;
import io.whatif.planner.sql.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Turns one statement into what DuckDB runs: causal calls become plain SQL. */
public final class Planner {

  /** Looks models up where the user's transaction sees them. */
  public interface Models {
    /** The newest version of {@code name}; throws UNKNOWN_MODEL. */
    ModelHeader header(String name);
  }

  private final CausalStatement statement;
  private final Models models;
  private final String token;
  private final List<Plan.Fit> fits = new ArrayList<>();
  private final List<String> drops = new ArrayList<>();
  private boolean usesModels;

  private Planner(CausalStatement statement, Models models, String token) {
    this.statement = statement;
    this.models = models;
    this.token = statement.isDefinition() ? Scope.NATIVE : token;
  }

  /** Whether {@code text} needs a plan; cheap, and false for nearly every plain statement. */
  public static boolean concerns(String text) {
    return CausalStatement.mentionsFunction(text) || Settings.rewrite(text).isPresent();
  }

  /**
   * Plans one statement.
   *
   * @param token the {@link Scope#token} of its run
   * @throws WhatifException on the first mistake in a causal call
   */
  public static Plan plan(String text, Models models, String token) {
    Optional<String> setting = Settings.rewrite(text);
    if (setting.isPresent()) {
      return Plan.untouched(setting.get());
    }
    CausalStatement statement = CausalStatement.of(text);
    return statement.isCausal()
        ? new Planner(statement, models, token).plan()
        : Plan.untouched(text);
  }

  private Plan plan() {
    String sql = statement.write(new CausalStatement.Writer(this::table, this::score));
    boolean runs = !statement.isExplained();
    return new Plan(sql, true, runs ? fits : List.of(), runs ? drops : List.of(), usesModels);
  }

  private String table(CausalCall call) {
    String function = call.function().name();
    if (call.function().stores() && statement.isDefinition()) {
      throw new WhatifException(
          ErrorCode.BAD_STATEMENT,
          call.function().takesRelation()
              ? "%s: stores a model and cannot stand in a view, macro or PREPARE. Use dml_summary there, or CREATE TABLE ... AS SELECT * FROM %s(...)."
                  .formatted(function, function)
              : "%s: changes the stored models and cannot stand in a view, macro or PREPARE. Run it as a statement of its own."
                  .formatted(function));
    }
    fitted(call).ifPresent(name -> fits.add(new Plan.Fit(name, ifExists(call))));
    if (call.model() != null) {
      header(function, call.model());
      if (call.function().stores()) {
        drops.add(call.model());
      }
    }
    try {
      return Lowering.table(call, token);
    } catch (WhatifException e) {
      throw e.in(function);
    }
  }

  private static String ifExists(CausalCall call) {
    return call.literals().get("if_exists") instanceof String word
        ? word.toLowerCase(Locale.ROOT)
        : "error";
  }

  /** The name of the model the call fits and stores. */
  private static Optional<String> fitted(CausalCall call) {
    boolean stores =
        call.function().body(Body.Summary.class).map(Body.Summary::stores).orElse(false);
    return stores && call.literals().get("model") instanceof String name
        ? Optional.of(name)
        : Optional.empty();
  }

  private boolean isFittedHere(String model) {
    List<String> names = new ArrayList<>();
    statement.write(
        new CausalStatement.Writer(
            call -> {
              fitted(call).ifPresent(names::add);
              return "";
            },
            call -> ""));
    return names.contains(model);
  }

  private String score(ScoreCall call) {
    String function = call.function().name();
    ModelHeader header = header(function, call.model());
    try {
      return Lowering.score(call.function(), header, call.features());
    } catch (WhatifException e) {
      throw e.in(function);
    }
  }

  private ModelHeader header(String function, String model) {
    usesModels = true;
    try {
      return models.header(model);
    } catch (WhatifException e) {
      if (e.code() == ErrorCode.UNKNOWN_MODEL && isFittedHere(model)) {
        throw new WhatifException(
            ErrorCode.UNKNOWN_MODEL,
            "%s: model '%s' is fitted by this same statement and is stored when it ends. Score in a statement of its own."
                .formatted(function, model));
      }
      throw e.in(function);
    }
  }
}
