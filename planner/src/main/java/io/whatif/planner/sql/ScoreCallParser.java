/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.duckdb.SqlText;
import io.whatif.function.Argument;
import io.whatif.function.Arguments;
import io.whatif.model.ArmsCate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Reads calls of scalar functions: the name of a model, then features by their position and arms by
 * their names; or constants alone, where the function writes a text.
 */
final class ScoreCallParser {
  private final SqlTokens sql;
  private final UnaryOperator<String> inner;

  /**
   * A parser of calls in {@code sql}.
   *
   * @param inner what becomes of expressions, which may hold calls themselves
   */
  ScoreCallParser(SqlTokens sql, UnaryOperator<String> inner) {
    this.sql = sql;
    this.inner = inner;
  }

  /** The call at {@code site}; throws BAD_ARGUMENT on the first mistake. */
  ScoreCall parse(CallFinder.Site site) {
    if (!site.function().scores()) {
      return text(site);
    }
    List<WrittenArgument> written = WrittenArgument.of(sql, site, false);
    Map<String, String> arms = arms(site, written);
    List<WrittenArgument> byPosition =
        written.stream().filter(argument -> argument.name() == null).toList();
    if (byPosition.isEmpty()) {
      throw site.mistake(
          "the model is missing. Write %s('model', feature, ...)."
              .formatted(site.function().name()));
    }
    String model = model(site, byPosition.get(0));
    List<String> features = new ArrayList<>();
    for (WrittenArgument argument : byPosition.subList(1, byPosition.size())) {
      features.addAll(features(site, argument));
    }
    return new ScoreCall(site.function(), model, features, arms);
  }

  private Map<String, String> arms(CallFinder.Site site, List<WrittenArgument> arguments) {
    Map<String, String> arms = new LinkedHashMap<>();
    for (WrittenArgument argument : arguments) {
      String written = argument.name();
      if (written == null) {
        continue;
      }
      String name = written.toLowerCase(Locale.ROOT);
      if (!ArmsCate.ARM_FEATURES.contains(name)) {
        throw site.mistake(
            "%s => ...: values are passed by position, in the model's order. Write %s('model', %s)."
                .formatted(written, site.function().name(), written));
      }
      if (arms.put(name, inner.apply(argument.text(sql))) != null) {
        throw site.mistake(name + " is given twice. Keep one.");
      }
    }
    return arms;
  }

  private String model(CallFinder.Site site, WrittenArgument first) {
    Optional<Literal> model = Literal.read(sql, first.from(), first.to(), Argument.Type.TEXT);
    if (!first.isOneName(sql) && model.isPresent() && model.get().value() instanceof String name) {
      return name;
    }
    throw site.mistake(
        "the model is %s: it must be a name in quotes. Write %s('model', feature, ...)."
            .formatted(first.text(sql), site.function().name()));
  }

  /** One value, or one for each name of {@code *COLUMNS(['a', 'b'])}. */
  private List<String> features(CallFinder.Site site, WrittenArgument argument) {
    int from = argument.from();
    boolean star = sql.isSymbol(from, "*") && from + 1 == argument.to();
    if (star || !sql.isSymbol(from, "*")) {
      return List.of(inner.apply(argument.text(sql)));
    }
    boolean list = sql.keyword(from + 1).equals("COLUMNS") && sql.isSymbol(from + 2, "(");
    Optional<Literal> names =
        list
            ? Literal.read(sql, from + 3, argument.to() - 1, Argument.Type.COLUMNS)
            : Optional.empty();
    if (names.isPresent() && names.get().value() instanceof List<?> values) {
      return values.stream().map(v -> SqlText.quote(String.valueOf(v))).toList();
    }
    throw site.mistake(
        "%s: how many values this gives is not known here. List the features, or write *COLUMNS(['a', 'b'])."
            .formatted(argument.text(sql)));
  }

  /** A call whose arguments are all constants: the values of those after the model, in order. */
  private ScoreCall text(CallFinder.Site site) {
    List<Argument> takes = site.function().arguments();
    ArgumentValues values = new ArgumentValues(sql, site);
    int position = 0;
    for (WrittenArgument argument : WrittenArgument.of(sql, site, false)) {
      if (argument.name() == null && position >= takes.size()) {
        throw site.mistake("takes at most %d arguments.".formatted(takes.size()));
      }
      values.read(
          argument.name() == null ? argument.as(takes.get(position).name()) : argument, inner);
      position++;
    }
    Arguments arguments = values.constants();
    return new ScoreCall(
        site.function(),
        arguments.requiredText(takes.get(0).name()),
        takes.stream().skip(1).map(a -> arguments.requiredText(a.name())).toList());
  }
}
