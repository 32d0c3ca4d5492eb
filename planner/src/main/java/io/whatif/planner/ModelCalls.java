/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.duckdb.ModelHeader;
import io.whatif.duckdb.SqlText;
import io.whatif.function.Argument;
import io.whatif.function.Arguments;
import io.whatif.function.Body;
import io.whatif.function.EffectWriter;
import io.whatif.function.FunctionDescriptor;
import io.whatif.model.Feature;
import io.whatif.model.StoredModel;
import io.whatif.planner.export.CalciteEffectWriter;
import io.whatif.planner.sql.ScoreCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Calls about one stored model: its text, its macros, and scoring by the names of its features. */
final class ModelCalls {
  private static final EffectWriter WRITER = new CalciteEffectWriter();
  private static final Pattern STAR = Pattern.compile("(?:(.*\\S)\\s*\\.\\s*)?\\*", Pattern.DOTALL);

  private static final Pattern TEXT =
      Pattern.compile("'(?!\\s*[-+]?[\\d.]|\\s*true|\\s*false)(?:[^']|'')*'");
  private static final Pattern ROW =
      Pattern.compile(
          "to_json\\s*\\(\\s*([\\p{L}_][\\p{L}\\p{N}_$]*|\"(?:[^\"]|\"\")+\")\\s*\\)",
          Pattern.CASE_INSENSITIVE);

  private ModelCalls() {}

  /** Whether the call gives a text in the place of a score. */
  static boolean isText(ScoreCall call) {
    return call.function().body(Body.ModelText.class).isPresent();
  }

  /** The text a call gives, as a SQL literal. */
  static String text(ScoreCall call, StoredModel model) {
    FunctionDescriptor function = call.function();
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    List<Argument> takes = function.arguments();
    values.put(takes.get(0).name(), call.model());
    for (int i = 0; i < call.features().size(); i++) {
      values.put(takes.get(i + 1).name(), call.features().get(i));
    }
    Body.ModelText body = function.body(Body.ModelText.class).orElseThrow(AssertionError::new);
    return SqlText.literal(body.text(model, Arguments.of(function, values), WRITER));
  }

  /** The macros that publish a model. */
  static List<EffectWriter.Macro> macros(
      FunctionDescriptor function,
      Map<String, ? extends @Nullable Object> literals,
      StoredModel model) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>(literals);
    Arguments arguments = Arguments.of(function, values);
    return WRITER.macros(model.name(), model.model(), arguments.requiredText("schema"));
  }

  /**
   * The call with each feature as an argument: {@code cate_effect('m')} takes columns named as the
   * model's features, {@code cate_effect('m', c.*)} or {@code cate_effect('m', to_json(c))} those
   * of c.
   */
  static ScoreCall byPosition(ScoreCall call, ModelHeader header) {
    String qualifier;
    if (call.features().isEmpty()) {
      qualifier = "";
    } else {
      String only = call.features().get(0).strip();
      Matcher star = STAR.matcher(only);
      Matcher row = ROW.matcher(only);
      if (call.features().size() > 1 || (!star.matches() && !row.matches())) {
        return call;
      }
      String relation = star.matches() ? star.group(1) : row.group(1);
      qualifier = relation == null ? "" : relation + ".";
    }
    List<String> columns =
        header.features().stream()
            .map(Feature::name)
            .map(f -> qualifier + SqlText.quote(f))
            .toList();
    return new ScoreCall(call.function(), call.model(), columns);
  }

  /** Refuses a text for a number where the statement itself shows it. */
  static void checkLiterals(ScoreCall call, ModelHeader header) {
    int given = Math.min(call.features().size(), header.features().size());
    for (int i = 0; i < given; i++) {
      Feature feature = header.features().get(i);
      String text = call.features().get(i).strip();
      boolean timed = feature.sqlType().startsWith("DATE") || feature.sqlType().startsWith("TIME");
      if (!feature.isCategorical() && !timed && TEXT.matcher(text).matches()) {
        throw new WhatifException(
            ErrorCode.BAD_ARGUMENT,
            "%s: model '%s' takes a number for %s, which was %s at the fit; the call passes %s. Pass a number or NULL."
                .formatted(
                    call.function().name(), call.model(), feature.name(), feature.sqlType(), text));
      }
    }
  }

  /** What is told where there is no column of a feature's name. */
  static String missing(ScoreCall call, Feature feature) {
    return "%s: model '%s' takes %s, and no such column is here. Name a column so, or pass the features by position."
        .formatted(call.function().name(), call.model(), feature.name());
  }

  /** Whether the call leaves it to names which columns are the features. */
  static boolean isByName(ScoreCall call, ModelHeader header) {
    return !byPosition(call, header).features().equals(call.features());
  }
}
