/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.duckdb.CausalCall;
import io.whatif.function.Body;
import io.whatif.function.FunctionDescriptor;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads calls of table functions, and checks them: a relation or a model, which comes first and
 * needs no name, then arguments by their names.
 */
final class CausalCallParser {
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
  CausalCallParser(SqlTokens sql, UnaryOperator<String> inner, UnaryOperator<String> files) {
    this.sql = sql;
    this.inner = inner;
    this.files = files;
  }

  /** The call at {@code site}; throws on the first mistake. */
  CausalCall parse(CallFinder.Site site) {
    ArgumentValues values = new ArgumentValues(sql, site);
    @Nullable RelationArgument first = null;
    @Nullable PartitionClause clause = null;
    int position = 0;
    for (WrittenArgument argument : arguments(site)) {
      position++;
      if (argument.name() == null && clause != null && clause.open() && argument.isOneName(sql)) {
        clause = clause.with(sql.name(argument.from()));
      } else if (!isRelation(site.function(), argument)) {
        values.read(argument, inner);
      } else if (first != null) {
        throw secondRelation(site, argument, position);
      } else {
        clause = PartitionClause.in(sql, argument.from(), argument.to()).orElse(null);
        first =
            new RelationArgument(
                sql, argument.from(), clause == null ? argument.to() : clause.start());
      }
    }
    if (clause != null) {
      partition(site, clause, values);
    }
    values.expandSpec(files);
    return call(site, first, values);
  }

  private List<WrittenArgument> arguments(CallFinder.Site site) {
    List<WrittenArgument> written = WrittenArgument.of(sql, site, true);
    if (site.function().readsByModel()) {
      return ModelArgument.named(sql, written);
    }
    return site.function().merges() ? ModelArgument.allNamed(site.function(), written) : written;
  }

  private static boolean isRelation(FunctionDescriptor function, WrittenArgument argument) {
    String name = argument.name();
    return name == null
        || (RELATION_NAMES.contains(name.toLowerCase(Locale.ROOT)) && !hasArgument(function, name));
  }

  private WhatifException secondRelation(
      CallFinder.Site site, WrittenArgument argument, int position) {
    return site.mistake(
        argument.name() == null
            ? String.format(
                Locale.ROOT,
                "argument %d (%s) has no name. Write name => value.",
                position,
                argument.text(sql))
            : "the relation is given twice. Keep one.");
  }

  private static void partition(
      CallFinder.Site site, PartitionClause clause, ArgumentValues values) {
    if (clause.keys().isEmpty()) {
      throw site.mistake(
          "PARTITION BY takes names of columns. Write TABLE name PARTITION BY column.");
    }
    if (values.isGiven("partition_by")) {
      throw site.mistake("partition_by is given twice. Keep one.");
    }
    values.put("partition_by", clause.keys());
  }

  private CausalCall call(
      CallFinder.Site site, @Nullable RelationArgument first, ArgumentValues values) {
    FunctionDescriptor function = site.function();
    boolean report = function.body(Body.Report.class).isPresent();
    boolean registry = function.body(Body.Registry.class).isPresent();
    boolean roles = values.isGiven("outcome") || values.isGiven("treatment");
    boolean mayBeModel = registry || (report && !roles);
    String firstModel = first != null && mayBeModel ? modelName(site, first) : null;
    RelationArgument read = firstModel == null ? first : null;
    String relation = read == null ? null : inner.apply(read.query());
    String model = model(site, firstModel, values);
    if (function.readsByModel()) {
      model = ModelArgument.of(function, values.literal("model"), relation);
    } else if (relation == null
        && function.merges()
        && values.literal("model") instanceof String s) {
      model = s;
    }
    boolean alone = registry || function.merges() || function.body(Body.Running.class).isPresent();
    if (relation == null && model == null && !alone) {
      throw missing(function, report);
    }
    values.check(model != null && relation == null && !registry && !function.merges());
    return new CausalCall(function, relation, model, values.literals(), values.expressions())
        .writtenAs(read == null ? null : read.query());
  }

  /**
   * The stored model that a report is about, or that the registry is asked for; null if none is
   * named.
   *
   * @param first the model that the first argument names, or null
   */
  private static @Nullable String model(
      CallFinder.Site site, @Nullable String first, ArgumentValues values) {
    FunctionDescriptor function = site.function();
    if (function.body(Body.Report.class).isPresent()
        && values.literal("model") instanceof String named) {
      if (first != null) {
        throw site.mistake("model is given twice. Keep one.");
      }
      values.remove("model");
      return named;
    }
    if (function.body(Body.Registry.class).isPresent()) {
      if (first != null && hasArgument(function, "model")) {
        values.put("model", first);
      }
      return values.literal("model") instanceof String named ? named : first;
    }
    return first;
  }

  /** The name of the model that {@code first} is, null if it is a relation. */
  private static @Nullable String modelName(CallFinder.Site site, RelationArgument first) {
    if (!first.isQuery() && first.isName()) {
      return first.name();
    }
    if (!site.function().takesRelation()) {
      throw site.mistake(
          "takes the name of a stored model, in quotes. Write %s('model')."
              .formatted(site.function().name()));
    }
    return null;
  }

  private static WhatifException missing(FunctionDescriptor function, boolean report) {
    String name = function.name();
    if (report && !function.takesRelation()) {
      return new WhatifException(
          ErrorCode.MISSING_ARGUMENT,
          "%s: the model is missing. Write %s('model').".formatted(name, name));
    }
    return new WhatifException(
        ErrorCode.BAD_RELATION,
        "%s: the relation is missing. Write %s(TABLE name, ...) or %s((SELECT ...), ...)."
            .formatted(name, name, name));
  }

  private static boolean hasArgument(FunctionDescriptor function, String name) {
    return ArgumentValues.find(function, name).isPresent();
  }
}
