/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.duckdb.CausalCall;
import io.whatif.duckdb.Lowering;
import io.whatif.duckdb.ModelHeader;
import io.whatif.duckdb.Scope;
import io.whatif.duckdb.SqlText;
import io.whatif.function.Body;
import io.whatif.model.StoredModel;
import io.whatif.planner.sql.CausalStatement;
import io.whatif.planner.sql.ScoreCall;
import io.whatif.planner.sql.Script;
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

    /**
     * Checks that a model may be fitted; throws READ_ONLY or MODEL_EXISTS.
     *
     * @return the stored model if nothing is to be fitted
     */
    Optional<StoredModel> beforeFit(String name, String ifExists);

    /** A query in parentheses that lists the models. */
    String list();
  }

  private final CausalStatement statement;
  private final Models models;
  private final String token;
  private final List<String> fits = new ArrayList<>();
  private final List<String> drops = new ArrayList<>();
  private boolean usesModels;

  private Planner(CausalStatement statement, Models models, String token) {
    this.statement = statement;
    this.models = models;
    this.token = statement.isDefinition() ? Scope.NATIVE : token;
  }

  /** Whether {@code text} needs a plan; cheap, and false for nearly every plain statement. */
  public static boolean concerns(String text) {
    return Script.hasCausalCall(text) || Settings.mentions(text);
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
    return new Plan(
        sql,
        true,
        runs ? fits : List.of(),
        runs ? drops : List.of(),
        usesModels,
        statement.isQuery());
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
    Optional<String> fitted = fitted(call);
    if (fitted.isPresent() && !statement.isExplained()) {
      Optional<StoredModel> known;
      try {
        known = models.beforeFit(fitted.get(), ifExists(call));
      } catch (WhatifException e) {
        throw e.in(function);
      }
      if (known.isPresent()) {
        usesModels = true;
        return Lowering.rows(call.function(), List.of(known.get().report()));
      }
      fits.add(fitted.get());
    }
    Optional<Body.Registry> registry = call.function().body(Body.Registry.class);
    if (registry.isPresent()) {
      return registry(registry.get(), call);
    }
    if (call.model() != null) {
      header(function, call.model());
    }
    try {
      return Lowering.table(call, token);
    } catch (WhatifException e) {
      throw e.in(function);
    }
  }

  private String registry(Body.Registry registry, CausalCall call) {
    String model = call.model();
    if (registry.action() == Body.Registry.Action.LIST || model == null) {
      usesModels = true;
      return models.list();
    }
    ModelHeader header = header(call.function().name(), model);
    drops.add(model);
    String name = SqlText.literal(model);
    return "(SELECT %s AS name, count(*) AS versions_dropped FROM %s WHERE name = %s)"
        .formatted(name, header.table(), name);
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
