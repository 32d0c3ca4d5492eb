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
import io.whatif.model.ArmsCate;
import io.whatif.model.Feature;
import io.whatif.model.StoredModel;
import io.whatif.planner.export.CalciteEffectWriter;
import io.whatif.planner.sql.ScoreCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Calls about one stored model: its text, its macros, and scoring by the names of its features. */
final class ModelCalls {
  private static final EffectWriter WRITER = new CalciteEffectWriter();
  private static final Pattern STAR = Pattern.compile("(?:(.*\\S)\\s*\\.\\s*)?\\*", Pattern.DOTALL);

  /** Texts and quoted names are matched possessively: else each of their characters recurses. */
  private static final Pattern TEXT =
      Pattern.compile("'(?!\\s*[-+]?[\\d.]|\\s*true|\\s*false)[^']*+(?:''[^']*+)*+'");

  private static final Pattern QUOTED = Pattern.compile("'([^']*+(?:''[^']*+)*+)'");

  /** A column's name, with those of its tables before it. */
  private static final Pattern COLUMN =
      Pattern.compile(
          "(?:(?:[\\p{L}_][\\p{L}\\p{N}_$]*|\"[^\"]*+(?:\"\"[^\"]*+)*+\")\\s*\\.\\s*)*(?:\"([^\"]*+(?:\"\"[^\"]*+)*+)\"|([\\p{L}_][\\p{L}\\p{N}_$]*))");

  private static final Pattern ROW =
      Pattern.compile(
          "to_json\\s*\\(\\s*([\\p{L}_][\\p{L}\\p{N}_$]*|\"[^\"]*+(?:\"\"[^\"]*+)*+\")\\s*\\)",
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
    try {
      return SqlText.literal(body.text(model, Arguments.of(function, values), WRITER));
    } catch (WhatifException e) {
      throw e.in(function.name());
    }
  }

  /** The macros that publish a model. */
  static List<EffectWriter.Macro> macros(
      FunctionDescriptor function,
      Map<String, ? extends @Nullable Object> literals,
      StoredModel model) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>(literals);
    Arguments arguments = Arguments.of(function, values);
    try {
      return WRITER.macros(model.name(), model.model(), arguments.requiredText("schema"));
    } catch (WhatifException e) {
      throw e.in(function.name());
    }
  }

  /**
   * The call with each feature as an argument: {@code cate_effect('m')} takes columns named as the
   * model's features, {@code cate_effect('m', c.*)} or {@code cate_effect('m', to_json(c))} those
   * of c.
   */
  static ScoreCall byPosition(ScoreCall written, ModelHeader header) {
    ScoreCall call = written.function().takesDose() ? atDose(written, header) : written;
    Optional<String> qualifier = qualifier(call.features());
    List<String> given = new ArrayList<>(call.features());
    List<String> values = new ArrayList<>();
    for (Feature feature : header.features()) {
      if (ArmsCate.namesArm(feature)) {
        values.add(arm(call, header, feature));
      } else if (qualifier.isPresent()) {
        values.add(qualifier.get() + SqlText.quote(feature.name()));
      } else if (!given.isEmpty()) {
        values.add(given.remove(0));
      }
    }
    if (qualifier.isEmpty()) {
      values.addAll(given); // too many are told where they are counted
    }
    if (!call.arms().isEmpty() && header.features().stream().noneMatch(ArmsCate::namesArm)) {
      String name = call.arms().keySet().iterator().next();
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "%s: %s => %s: model '%s' was fitted to a treatment without several arms. Leave %s out."
              .formatted(call.function().name(), name, call.arms().get(name), call.model(), name));
    }
    return new ScoreCall(call.function(), call.model(), values);
  }

  /** The call without the value of the treatment that stands first, which then names arms. */
  private static ScoreCall atDose(ScoreCall call, ModelHeader header) {
    String name = call.function().name();
    if (call.features().isEmpty() || !call.arms().isEmpty()) {
      throw new WhatifException(
          ErrorCode.MISSING_ARGUMENT,
          "%s: the value of the treatment comes after the model. Write %s('%s', 10, ...)."
              .formatted(name, name, call.model()));
    }
    List<Feature> named = header.features().stream().filter(ArmsCate::namesArm).toList();
    if (named.stream().anyMatch(Feature::isCategorical)) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "%s: model '%s' has arms, between which there is no slope. Use cate_effect('%s', ..., arm => 'name')."
              .formatted(name, call.model(), call.model()));
    }
    String at = call.features().get(0);
    Map<String, String> arms = new LinkedHashMap<>();
    named.forEach(feature -> arms.put(feature.name(), at));
    List<String> rest = call.features().subList(1, call.features().size());
    return new ScoreCall(call.function(), call.model(), rest, arms);
  }

  /** What stands before the features' names if the call leaves them to names. */
  private static Optional<String> qualifier(List<String> values) {
    if (values.isEmpty()) {
      return Optional.of("");
    }
    String only = values.get(0).strip();
    Matcher star = STAR.matcher(only);
    Matcher row = ROW.matcher(only);
    if (values.size() > 1 || (!star.matches() && !row.matches())) {
      return Optional.empty();
    }
    String relation = star.matches() ? star.group(1) : row.group(1);
    return Optional.of(relation == null ? "" : relation + ".");
  }

  /** The SQL text of the arm, or of what it is compared with: the control if that is left out. */
  private static String arm(ScoreCall call, ModelHeader header, Feature feature) {
    String given = call.arms().get(feature.name());
    if (!feature.isCategorical()) {
      return dose(call, header, feature, given);
    }
    List<String> arms =
        feature.categories().stream().filter(a -> !a.equals(header.control())).toList();
    if (given == null && feature.name().equals("versus")) {
      return SqlText.literal(header.control());
    }
    if (given == null) {
      throw new WhatifException(
          ErrorCode.MISSING_ARGUMENT,
          "%s: model '%s' has the arms %s. Say which: arm => %s."
              .formatted(
                  call.function().name(),
                  call.model(),
                  String.join(", ", arms),
                  SqlText.literal(arms.get(0))));
    }
    Matcher literal = QUOTED.matcher(given.strip());
    if (literal.matches() && !feature.categories().contains(literal.group(1).replace("''", "'"))) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "%s: %s => %s: model '%s' has the arms %s, and the control %s. Use one of them."
              .formatted(
                  call.function().name(),
                  feature.name(),
                  given.strip(),
                  call.model(),
                  String.join(", ", arms),
                  header.control()));
    }
    return given;
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
            mistyped(call, feature) + "the call passes %s. Pass a number or NULL.".formatted(text));
      }
    }
  }

  /**
   * What is told of the columns that the call scores by, by their names in lower case.
   *
   * @param call as the user wrote it
   * @param placed the same with each feature as an argument
   */
  static Map<String, Plan.ScoredColumn> columns(
      ScoreCall call, ScoreCall placed, ModelHeader header) {
    boolean byName = isByName(call);
    Map<String, Plan.ScoredColumn> columns = new LinkedHashMap<>();
    int given = Math.min(placed.features().size(), header.features().size());
    for (int i = 0; i < given; i++) {
      Feature feature = header.features().get(i);
      Matcher column = COLUMN.matcher(placed.features().get(i).strip());
      if (column.matches()) {
        String quoted = column.group(1);
        String name = quoted == null ? column.group(2) : quoted.replace("\"\"", "\"");
        columns.merge(
            name.toLowerCase(Locale.ROOT),
            new Plan.ScoredColumn(
                byName ? missing(call, feature) : null,
                feature.isCategorical() ? null : mistyped(call, feature)),
            Plan.ScoredColumn::or);
      }
    }
    return columns;
  }

  private static String mistyped(ScoreCall call, Feature feature) {
    return "%s: model '%s' takes a number for %s, which was %s at the fit; "
        .formatted(call.function().name(), call.model(), feature.name(), feature.sqlType());
  }

  /** What is told where there is no column of a feature's name. */
  private static String missing(ScoreCall call, Feature feature) {
    return "%s: model '%s' takes %s, and no such column is here. Name a column so, or pass the features by position."
        .formatted(call.function().name(), call.model(), feature.name());
  }

  /** The SQL text of a value of the treatment, or of what it is compared with. */
  private static String dose(
      ScoreCall call, ModelHeader header, Feature feature, @Nullable String given) {
    if (given == null && feature.name().equals("arm")) {
      throw new WhatifException(
          ErrorCode.MISSING_ARGUMENT,
          "%s: the effect by model '%s' depends on the treatment's value. Say which: arm => 10, against versus => %s."
              .formatted(call.function().name(), call.model(), header.control()));
    }
    return given == null ? header.control() : given;
  }

  /** Whether the call leaves it to names which columns are the features. */
  static boolean isByName(ScoreCall call) {
    List<String> values = call.features();
    boolean dose = call.function().takesDose() && !values.isEmpty();
    return qualifier(dose ? values.subList(1, values.size()) : values).isPresent();
  }
}
