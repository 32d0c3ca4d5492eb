/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.duckdb.CausalCall;
import io.whatif.duckdb.Lowering;
import io.whatif.duckdb.ModelHeader;
import io.whatif.duckdb.ResultSql;
import io.whatif.duckdb.Scope;
import io.whatif.duckdb.SqlText;
import io.whatif.function.Arguments;
import io.whatif.function.Body;
import io.whatif.function.EffectWriter;
import io.whatif.model.StoredModel;
import io.whatif.planner.plan.CausalPlan;
import io.whatif.planner.plan.LoneCall;
import io.whatif.planner.plan.ShownCall;
import io.whatif.planner.sql.CausalStatement;
import io.whatif.planner.sql.ScoreCall;
import io.whatif.planner.sql.Script;
import io.whatif.planner.sql.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.calcite.plan.RelOptRule;

/** Turns one statement into what DuckDB runs: causal calls become plain SQL. */
public final class Planner {

  /** Looks models up where the user's transaction sees them, and tells sizes. */
  public interface Models extends CausalPlan.Database {
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

    /** The text of a file, as DuckDB may read it; throws BAD_ARGUMENT. */
    String file(String path);
  }

  private final CausalStatement statement;
  private final Models models;
  private final String token;

  /** The rules of a plan, asked for where one is made: Calcite's classes are loaded then. */
  private final Supplier<List<? extends RelOptRule>> rules;

  /** Whether a call that stands alone is lowered without a plan, if rules can do little for it. */
  private final boolean lowersLone;

  private final List<String> fits = new ArrayList<>();
  private final List<String> drops = new ArrayList<>();
  private final List<String> macros = new ArrayList<>();
  private final Map<String, Plan.ScoredColumn> scored = new LinkedHashMap<>();
  private final List<String> explained = new ArrayList<>();
  private boolean usesModels;
  private boolean keepsScores;
  private int level;

  private Planner(
      CausalStatement statement,
      Models models,
      String token,
      Supplier<List<? extends RelOptRule>> rules,
      boolean lowersLone) {
    this.statement = statement;
    this.models = models;
    this.rules = rules;
    this.lowersLone = lowersLone;
    this.token = statement.kind().isDefinition() ? Scope.NATIVE : token;
  }

  /** Makes the first plan quicker; returns at once. */
  public static void warmUp() {
    WarmUp.begin();
  }

  /**
   * The same by a causal statement that will come, on this thread; throws what is wrong with it.
   */
  public static void warmUpBy(String statement) {
    WarmUp.by(statement);
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
    return plan(text, models, token, () -> CausalPlan.RULES, true);
  }

  /** As {@link #plan(String, Models, String)}, every call by these rules and no others. */
  static Plan plan(String text, Models models, String token, List<? extends RelOptRule> rules) {
    return plan(text, models, token, () -> rules, false);
  }

  private static Plan plan(
      String text,
      Models models,
      String token,
      Supplier<List<? extends RelOptRule>> rules,
      boolean lowersLone) {
    Optional<String> setting = Settings.rewrite(text);
    if (setting.isPresent()) {
      return Plan.untouched(setting.get());
    }
    CausalStatement statement = CausalStatement.of(text);
    return statement.isCausal()
        ? new Planner(statement, models, token, rules, lowersLone).plan()
        : Plan.untouched(text);
  }

  private Plan plan() {
    String sql = statement.write(readingFiles(this::replace));
    boolean runs = !statement.kind().isExplained();
    return new Plan(
        sql,
        true,
        runs ? fits : List.of(),
        runs ? drops : List.of(),
        runs ? macros : List.of(),
        scored,
        keepsScores && statement.kind().outlivesConnection(),
        usesModels,
        statement.kind().isQuery(),
        statement.kind().isExplain() ? String.join("\n", explained) : "");
  }

  /** Plans the calls of one text together. */
  private CausalStatement.Replacement replace(List<CausalStatement.PlacedCall> calls) {
    if (lowersLone && calls.size() == 1 && !statement.kind().isExplain()) {
      CausalCall table = calls.get(0).table();
      if (table != null && LoneCall.suits(table)) {
        String text = text(table, call -> LoneCall.lower(call, models, token));
        return new CausalStatement.Replacement(List.of(text), Map.of(), true);
      }
    }
    return replaceTogether(calls);
  }

  private CausalStatement.Replacement replaceTogether(List<CausalStatement.PlacedCall> calls) {
    CausalPlan plan = new CausalPlan(rules.get(), models);
    List<String> texts = new ArrayList<>();
    for (CausalStatement.PlacedCall placed : calls) {
      int site = texts.size();
      CausalCall table = placed.table();
      ScoreCall score = placed.score();
      if (score != null) {
        texts.add(score(plan, site, score));
      } else if (table != null) {
        Function<CausalCall, String> planned =
            call -> {
              plan.add(site, call, placed.place());
              return ""; // lowered with the others
            };
        texts.add(text(table, planned));
      } else {
        texts.add("");
      }
    }
    if (!plan.isEmpty()) {
      plan.lower(token, level++ + "_");
      explained.addAll(plan.explanation());
    }
    return plan.replacement(texts);
  }

  /** What a call becomes that reads no relation; else what is made of it with its model. */
  private String text(CausalCall call, Function<CausalCall, String> reading) {
    Optional<String> known = known(call);
    if (known.isEmpty()) {
      return reading.apply(read(call));
    }
    if (statement.kind().isExplain()) {
      explained.addAll(ShownCall.withoutRelation(call));
    }
    return known.get();
  }

  /** The call with the model that its relation is read by, if there is one. */
  private CausalCall read(CausalCall call) {
    String model = call.model();
    return model != null && call.function().readsByModel()
        ? call.by(header(call.function().name(), model))
        : call;
  }

  /** What a call becomes that reads no relation; empty if it reads one. */
  private Optional<String> known(CausalCall call) {
    String function = call.function().name();
    if (call.function().stores() && statement.kind().isDefinition()) {
      throw new WhatifException(
          ErrorCode.BAD_STATEMENT,
          call.function().takesRelation()
              ? "%s: stores a model and cannot stand in a view, macro or PREPARE. Use dml_summary there, or CREATE TABLE ... AS SELECT * FROM %s(...)."
                  .formatted(function, function)
              : "%s: changes the stored models and cannot stand in a view, macro or PREPARE. Run it as a statement of its own."
                  .formatted(function));
    }
    Optional<String> fitted = fitted(call);
    if (fitted.isPresent() && !statement.kind().isExplained()) {
      Optional<StoredModel> known;
      try {
        known = models.beforeFit(fitted.get(), ifExists(call));
      } catch (WhatifException e) {
        throw e.in(function);
      }
      if (known.isPresent()) {
        usesModels = true;
        return Optional.of(ResultSql.of(call.function(), known.get()));
      }
      fits.add(fitted.get());
    }
    if (call.function().body(Body.Running.class).isPresent()) {
      if (call.relation() != null) {
        throw new WhatifException(
            ErrorCode.BAD_ARGUMENT, "%s: takes no arguments. Leave them out.".formatted(function));
      }
      return Optional.of(Lowering.running(call.function()));
    }
    Optional<Body.Registry> registry = call.function().body(Body.Registry.class);
    if (registry.isPresent()) {
      return Optional.of(registry(registry.get(), call));
    }
    if (call.function().merges()) {
      return Optional.of(merge(call));
    }
    if (call.relation() != null) {
      return Optional.empty();
    }
    try {
      String model = call.model();
      if (model != null) {
        return Optional.of(Lowering.report(call, header(function, model)));
      }
      return Optional.of(Lowering.table(call, token));
    } catch (WhatifException e) {
      throw e.in(function);
    }
  }

  private String merge(CausalCall call) {
    List<ModelHeader> headers = new ArrayList<>();
    for (String name : Arguments.of(call.function(), call.literals()).names("models")) {
      headers.add(header(call.function().name(), name));
    }
    return Lowering.merge(call, headers, token);
  }

  private String registry(Body.Registry registry, CausalCall call) {
    String model = call.model();
    if (registry.action() == Body.Registry.Action.LIST || model == null) {
      usesModels = true;
      return models.list();
    }
    ModelHeader header = header(call.function().name(), model);
    if (registry.action() == Body.Registry.Action.PUBLISH) {
      List<EffectWriter.Macro> written =
          ModelCalls.macros(call.function(), call.literals(), models.load(model));
      written.forEach(macro -> macros.add(macro.sql()));
      return ResultSql.of(call.function(), written.stream().map(EffectWriter.Macro::row).toList());
    }
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
    return call.function().fits() && call.literals().get("model") instanceof String name
        ? Optional.of(name)
        : Optional.empty();
  }

  private boolean isFittedHere(String model) {
    List<String> names = new ArrayList<>();
    statement.write(
        readingFiles(
            CausalStatement.Writer.each(
                call -> {
                  fitted(call).ifPresent(names::add);
                  return "";
                },
                call -> "")));
    return names.contains(model);
  }

  /** The same writer, which reads files where the user's connection may. */
  private CausalStatement.Writer readingFiles(CausalStatement.Writer writer) {
    return new CausalStatement.Writer() {
      @Override
      public CausalStatement.Replacement replace(List<CausalStatement.PlacedCall> calls) {
        return writer.replace(calls);
      }

      @Override
      public String file(String path) {
        return models.file(path);
      }
    };
  }

  /** Adds a scoring call to the plan, or gives the text that a call asks for. */
  private String score(CausalPlan plan, int site, ScoreCall call) {
    if (statement.kind().isSchema()) {
      throw new WhatifException(
          ErrorCode.BAD_STATEMENT,
          "%s: cannot stand in the definition of a table or index, which would keep the model as it is now. Score in a view or query."
              .formatted(call.function().name()));
    }
    ModelHeader header = header(call.function().name(), call.model());
    if (ModelCalls.isText(call)) {
      explained.addAll(ShownCall.asText(call));
      return ModelCalls.text(call, models.load(call.model()));
    }
    ScoreCall placed = ModelCalls.byPosition(call, header);
    ModelCalls.checkLiterals(placed, header);
    ModelCalls.columns(call, placed, header)
        .forEach((name, column) -> scored.merge(name, column, Plan.ScoredColumn::or));
    keepsScores = true;
    plan.add(site, placed, header, statement.kind().isDefinition());
    return "";
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
