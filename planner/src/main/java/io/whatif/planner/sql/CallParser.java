/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.duckdb.CausalCall;
import io.whatif.duckdb.SqlText;
import io.whatif.function.Argument;
import io.whatif.function.Arguments;
import io.whatif.function.Body;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.Specification;
import io.whatif.model.ArmsCate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads the arguments of a call that {@link CallFinder} found, and checks them. */
final class CallParser {
  private static final Set<String> RELATION_NAMES = Set.of("data", "relation");

  private final SqlTokens sql;
  private final UnaryOperator<String> inner;
  private final UnaryOperator<String> files;

  /**
   * A parser of calls in {@code sql}.
   *
   * @param inner what becomes of the relation and of expressions, which may hold calls themselves
   * @param files reads the text of a file
   */
  CallParser(SqlTokens sql, UnaryOperator<String> inner, UnaryOperator<String> files) {
    this.sql = sql;
    this.inner = inner;
    this.files = files;
  }

  /** An argument as written: its name, or null, and the tokens of its value. */
  record Written(@Nullable String name, int from, int to) {}

  private List<Written> written(CallFinder.Site site, boolean equalsNames) {
    List<Written> all = new ArrayList<>();
    for (int[] part : sql.splitAtCommas(site.open() + 1, site.close())) {
      int next = part[0] + 1;
      boolean named =
          sql.isName(part[0])
              && next < part[1]
              && (sql.isSymbol(next, "=>")
                  || sql.isSymbol(next, ":=")
                  || (equalsNames && sql.isSymbol(next, "=")));
      if (part[0] >= part[1] || (named && next + 1 >= part[1])) {
        throw bad(site, "an argument is empty. Remove a comma or write its value.");
      }
      all.add(
          named
              ? new Written(sql.name(part[0]), part[0] + 2, part[1])
              : new Written(null, part[0], part[1]));
    }
    return all;
  }

  // ---- scoring ----

  ScoreCall score(CallFinder.Site site) {
    String name = site.function().name();
    if (!site.function().scores()) {
      return text(site);
    }
    List<Written> written = written(site, false);
    Map<String, String> arms = new LinkedHashMap<>();
    for (Written argument : written) {
      String named = argument.name();
      if (named != null && ArmsCate.ARM_FEATURES.contains(lower(named))) {
        if (arms.put(lower(named), inner.apply(sql.slice(argument.from(), argument.to())))
            != null) {
          throw bad(site, lower(named) + " is given twice. Keep one.");
        }
      } else if (named != null) {
        throw bad(
            site,
            "%s => ...: values are passed by position, in the model's order. Write %s('model', %s)."
                .formatted(argument.name(), name, argument.name()));
      }
    }
    written.removeIf(argument -> argument.name() != null);
    if (written.isEmpty()) {
      throw bad(site, "the model is missing. Write %s('model', feature, ...).".formatted(name));
    }
    Written first = written.get(0);
    Optional<Literal> model = Literal.read(sql, first.from(), first.to(), Argument.Type.TEXT);
    boolean bare = first.to() - first.from() == 1 && sql.isName(first.from());
    if (bare || model.isEmpty() || !(model.get().value() instanceof String modelName)) {
      throw bad(
          site,
          "the model is %s: it must be a name in quotes. Write %s('model', feature, ...)."
              .formatted(sql.slice(first.from(), first.to()), name));
    }
    List<String> features = new ArrayList<>();
    for (Written argument : written.subList(1, written.size())) {
      features.addAll(features(site, argument));
    }
    return new ScoreCall(site.function(), modelName, features, arms);
  }

  /** A call whose arguments are all constants: the values of those after the model, in order. */
  private ScoreCall text(CallFinder.Site site) {
    List<Argument> takes = site.function().arguments();
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    Map<String, String> expressions = new LinkedHashMap<>();
    int position = 0;
    for (Written argument : written(site, false)) {
      if (argument.name() == null && position == takes.size()) {
        throw bad(site, "takes at most %d arguments.".formatted(takes.size()));
      }
      String named = argument.name() == null ? takes.get(position).name() : argument.name();
      position++;
      value(site, new Written(named, argument.from(), argument.to()), values, expressions);
    }
    for (Map.Entry<String, String> expression : expressions.entrySet()) {
      throw bad(
          site,
          "%s => %s: must be written out, it is needed before the statement runs."
              .formatted(expression.getKey(), expression.getValue()));
    }
    Arguments arguments = Arguments.of(site.function(), values);
    return new ScoreCall(
        site.function(),
        arguments.requiredText(takes.get(0).name()),
        takes.stream().skip(1).map(a -> arguments.requiredText(a.name())).toList());
  }

  /** One value, or one for each name of {@code *COLUMNS(['a', 'b'])}. */
  private List<String> features(CallFinder.Site site, Written argument) {
    int from = argument.from();
    boolean star = sql.isSymbol(from, "*") && from + 1 == argument.to();
    if (star || !sql.isSymbol(from, "*")) {
      return List.of(inner.apply(sql.slice(from, argument.to())));
    }
    boolean list = sql.keyword(from + 1).equals("COLUMNS") && sql.isSymbol(from + 2, "(");
    Optional<Literal> names =
        list
            ? Literal.read(sql, from + 3, argument.to() - 1, Argument.Type.COLUMNS)
            : Optional.empty();
    if (names.isPresent() && names.get().value() instanceof List<?> values) {
      return values.stream().map(v -> SqlText.quote(String.valueOf(v))).toList();
    }
    throw bad(
        site,
        "%s: how many values this gives is not known here. List the features, or write *COLUMNS(['a', 'b'])."
            .formatted(sql.slice(from, argument.to())));
  }

  // ---- relation functions, reports and registry ----

  CausalCall table(CallFinder.Site site) {
    FunctionDescriptor function = site.function();
    @Nullable RelationArgument first = null;
    Map<String, @Nullable Object> literals = new LinkedHashMap<>();
    Map<String, String> expressions = new LinkedHashMap<>();
    int position = 0;
    @Nullable PartitionClause clause = null;
    List<Written> written = written(site, true);
    if (function.readsByModel()) {
      written = ModelArgument.named(sql, written);
    } else if (function.merges()) {
      written = ModelArgument.allNamed(function, written);
    }
    for (Written argument : written) {
      position++;
      String name = argument.name();
      boolean relation =
          name == null || (RELATION_NAMES.contains(lower(name)) && !hasArgument(function, name));
      if (name == null && clause != null && clause.open() && isOneName(argument)) {
        clause = clause.with(sql.name(argument.from()));
        continue;
      }
      if (!relation) {
        value(site, argument, literals, expressions);
      } else if (first != null) {
        throw bad(
            site,
            name == null
                ? String.format(
                    Locale.ROOT,
                    "argument %d (%s) has no name. Write name => value.",
                    position,
                    sql.slice(argument.from(), argument.to()))
                : "the relation is given twice. Keep one.");
      } else {
        clause = PartitionClause.in(sql, argument.from(), argument.to()).orElse(null);
        first =
            new RelationArgument(
                sql, argument.from(), clause == null ? argument.to() : clause.start());
      }
    }
    if (clause != null) {
      partition(site, clause, literals, expressions);
    }
    Map<String, @Nullable Object> expanded = Specification.expand(site.function(), literals, files);
    for (String name : expressions.keySet()) {
      if (!literals.containsKey(name) && expanded.containsKey(name)) {
        throw bad(site, name + " is given in the spec, and in the call. Keep one.");
      }
    }
    return call(site, first, expanded, expressions);
  }

  private boolean isOneName(Written argument) {
    return argument.to() - argument.from() == 1 && sql.isName(argument.from());
  }

  private static void partition(
      CallFinder.Site site,
      PartitionClause clause,
      Map<String, @Nullable Object> literals,
      Map<String, String> expressions) {
    if (clause.keys().isEmpty()) {
      throw bad(site, "PARTITION BY takes names of columns. Write TABLE name PARTITION BY column.");
    }
    if (isGiven(literals, expressions, "partition_by")) {
      throw bad(site, "partition_by is given twice. Keep one.");
    }
    literals.put("partition_by", clause.keys());
  }

  private CausalCall call(
      CallFinder.Site site,
      @Nullable RelationArgument first,
      Map<String, @Nullable Object> literals,
      Map<String, String> expressions) {
    FunctionDescriptor function = site.function();
    boolean report = function.body(Body.Report.class).isPresent();
    boolean registry = function.body(Body.Registry.class).isPresent();
    @Nullable String relation = null;
    @Nullable String model = null;
    boolean roles =
        isGiven(literals, expressions, "outcome") || isGiven(literals, expressions, "treatment");
    if (first != null && (registry || (report && !roles))) {
      model = modelName(site, first, !function.takesRelation());
    }
    if (first != null && model == null) {
      relation = inner.apply(first.query());
    }
    if (report && literals.get("model") instanceof String s) {
      if (model != null) {
        throw bad(site, "model is given twice. Keep one.");
      }
      literals.remove("model");
      model = s;
    }
    if (registry && model != null && hasArgument(function, "model")) {
      literals.put("model", model);
    }
    if (registry && literals.get("model") instanceof String s) {
      model = s;
    }
    if (function.readsByModel()) {
      model = ModelArgument.of(function, literals.get("model"), relation);
    }
    if (relation == null && function.merges() && literals.get("model") instanceof String s) {
      model = s;
    }
    boolean alone = registry || function.merges() || function.body(Body.Running.class).isPresent();
    if (relation == null && model == null && !alone) {
      throw missing(site, report);
    }
    check(
        function,
        literals,
        expressions,
        model != null && relation == null && !registry && !function.merges());
    return new CausalCall(function, relation, model, literals, expressions)
        .writtenAs(relation == null || first == null ? null : first.query());
  }

  private static WhatifException missing(CallFinder.Site site, boolean report) {
    String name = site.function().name();
    if (report && !site.function().takesRelation()) {
      return new WhatifException(
          ErrorCode.MISSING_ARGUMENT,
          "%s: the model is missing. Write %s('model').".formatted(name, name));
    }
    return new WhatifException(
        ErrorCode.BAD_RELATION,
        "%s: the relation is missing. Write %s(TABLE name, ...) or %s((SELECT ...), ...)."
            .formatted(name, name, name));
  }

  private static @Nullable String modelName(
      CallFinder.Site site, RelationArgument first, boolean only) {
    if (!first.isQuery() && first.isName()) {
      return first.name();
    }
    if (only) {
      throw bad(
          site,
          "takes the name of a stored model, in quotes. Write %s('model')."
              .formatted(site.function().name()));
    }
    return null;
  }

  private void value(
      CallFinder.Site site,
      Written argument,
      Map<String, @Nullable Object> literals,
      Map<String, String> expressions) {
    String name = Objects.requireNonNull(argument.name());
    Optional<Argument> known = find(site.function(), name);
    String key = known.map(Argument::name).orElse(name);
    Argument.Type type = known.map(Argument::type).orElse(Argument.Type.VALUE);
    if (literals.containsKey(key) || expressions.containsKey(key)) {
      throw bad(site, key + " is given twice. Keep one.");
    }
    Optional<Literal> literal = Literal.read(sql, argument.from(), argument.to(), type);
    if (literal.isPresent()) {
      literals.put(key, literal.get().value());
      return;
    }
    String text = sql.slice(argument.from(), argument.to());
    if (shapesStatement(type, key)) {
      throw bad(
          site,
          "%s => %s: must be written out, it is needed before the statement runs."
              .formatted(key, text));
    }
    boolean parameter =
        argument.to() - argument.from() == 1 && sql.is(argument.from(), Token.Kind.PARAMETER);
    expressions.put(key, parameter ? typed(text, type) : inner.apply(text));
  }

  /**
   * A parameter whose type DuckDB knows before it has a value, so that it can tell the columns of
   * the statement: in a subquery, as JSON functions give no type where they see a parameter.
   * Numbers and booleans stay what they are, and texts in their place are told by us.
   */
  private static String typed(String parameter, Argument.Type type) {
    return switch (type) {
      case NUMBER, INTEGER, NUMBER_OR_WORD, BOOLEAN ->
          "(SELECT coalesce(TRY_CAST(v AS JSON), to_json(v)) FROM (SELECT %s::VARCHAR AS v))"
              .formatted(parameter);
      case WORD, TEXT -> "(SELECT " + parameter + "::VARCHAR)";
      default -> parameter;
    };
  }

  /** Columns and models must be known when the statement is planned. */
  private static boolean shapesStatement(Argument.Type type, String name) {
    return type == Argument.Type.COLUMN
        || type == Argument.Type.COLUMNS
        || type == Argument.Type.NAMES
        || name.equals("model")
        || name.startsWith("spec")
        || name.equals("if_exists");
  }

  /** Checks names and values; an expression counts as a value of the right type. */
  private static void check(
      FunctionDescriptor function,
      Map<String, @Nullable Object> literals,
      Map<String, String> expressions,
      boolean ofModel) {
    Map<String, @Nullable Object> known = new LinkedHashMap<>(literals);
    expressions.keySet().forEach(name -> known.put(name, sample(function, name)));
    if (ofModel) {
      function.arguments().stream()
          .filter(Argument::required)
          .forEach(a -> known.putIfAbsent(a.name(), sample(function, a.name())));
    }
    Arguments.of(function, known);
  }

  private static @Nullable Object sample(FunctionDescriptor function, String name) {
    return find(function, name)
        .map(
            a ->
                switch (a.type()) {
                  case NUMBER, INTEGER -> (Object) 1L;
                  case NUMBER_OR_WORD -> 1L;
                  case BOOLEAN -> true;
                  case WORD -> a.choices().isEmpty() ? "word" : a.choices().get(0);
                  case COLUMN, COLUMNS, NAMES, TEXT, VALUE -> "name";
                })
        .orElse("name");
  }

  private static boolean isGiven(
      Map<String, @Nullable Object> literals, Map<String, String> expressions, String name) {
    return literals.get(name) != null || expressions.containsKey(name);
  }

  private static Optional<Argument> find(FunctionDescriptor function, String name) {
    return function.arguments().stream()
        .filter(
            a ->
                a.name().equalsIgnoreCase(name)
                    || a.aliases().stream().anyMatch(name::equalsIgnoreCase))
        .findFirst();
  }

  /** Whether {@code written} is a name of the argument {@code name}. */
  static boolean means(FunctionDescriptor function, String written, String name) {
    return written.equalsIgnoreCase(name)
        || find(function, written).map(a -> a.name().equalsIgnoreCase(name)).orElse(false);
  }

  private static boolean hasArgument(FunctionDescriptor function, String name) {
    return find(function, name).isPresent();
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static WhatifException bad(CallFinder.Site site, String message) {
    return new WhatifException(ErrorCode.BAD_ARGUMENT, site.function().name() + ": " + message);
  }
}
