/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.AverageEffect;
import io.whatif.estimate.AverageEffects;
import io.whatif.estimate.AverageEstimator;
import io.whatif.estimate.AverageEstimator.Prediction;
import io.whatif.estimate.AverageEstimators;
import io.whatif.estimate.AverageOptions;
import io.whatif.estimate.Estimand;
import io.whatif.estimate.FitOptions;
import io.whatif.estimate.Treatment;
import io.whatif.estimate.Warning;
import io.whatif.inference.Estimate;
import io.whatif.inference.Holm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One call that estimates average effects: from a relation and arguments to rows. */
final class AverageCall {
  private final Arguments arguments;
  private final AverageEstimator estimator;
  private final List<AverageEffect> effects;
  private final @Nullable GroupKeys keys;
  private final double seconds;

  private AverageCall(
      Arguments arguments,
      AverageEstimator estimator,
      List<AverageEffect> effects,
      @Nullable GroupKeys keys,
      double seconds) {
    this.arguments = arguments;
    this.estimator = estimator;
    this.effects = effects;
    this.keys = keys;
    this.seconds = seconds;
  }

  static AverageCall of(Run run, RawTable relation, Arguments arguments) {
    long start = System.nanoTime();
    checkDivision(arguments);
    RelationRoles roles = RelationRoles.of(relation, arguments);
    if (relation.rows() == 0) {
      throw StudyBuilder.noRows();
    }
    Predictions given = Predictions.of(run, relation, arguments);
    List<Integer> by = roles.rows().by();
    GroupKeys keys = null;
    if (!by.isEmpty()) {
      run.memory().take((16L + 8L * by.size()) * relation.rows(), "dividing the rows into groups");
      keys = GroupKeys.of(relation, "by", by);
    }
    long relationRows = relation.rows();
    StudyBuilder.Rows rows = StudyBuilder.rows(run.part("", 0, 0.1), relation, arguments);
    AverageEstimator estimator = estimator(arguments, rows.study().treatment());
    given.checkAverage(estimator);
    AverageOptions options =
        new AverageOptions(
            Estimand.named(arguments.requiredText("estimand")),
            options(arguments, estimator, relationRows).with(given.checked(rows)));
    List<AverageEffect> effects =
        AverageEffects.of(
            run.part("", 0.1, 1), rows.study(), estimator, options, groups(keys, rows));
    return new AverageCall(arguments, estimator, effects, keys, (System.nanoTime() - start) / 1e9);
  }

  /** Refuses two ways to divide rows at once. */
  static void checkDivision(Arguments arguments) {
    if (Partitions.asked(arguments) && !arguments.names("by").isEmpty()) {
      throw bad(
          "by => %s: partition_by divides the rows already, into fits of their own. Keep one of them."
              .formatted(Arguments.show(arguments.names("by"))));
    }
  }

  private static AverageEffects.Groups groups(@Nullable GroupKeys keys, StudyBuilder.Rows rows) {
    if (keys == null) {
      return AverageEffects.Groups.ALL;
    }
    int[] all = keys.groups();
    int[] own = rows.places().toArray();
    for (int i = 0; i < own.length; i++) {
      own[i] = all[own[i]];
    }
    return new AverageEffects.Groups(own, keys.count());
  }

  private static AverageEstimator estimator(Arguments arguments, Treatment treatment) {
    String name = arguments.text("estimator");
    if (name == null) {
      name = treatment.continuous() ? "dml" : "aipw";
    }
    AverageEstimator estimator = AverageEstimators.named(name);
    for (Prediction prediction : Prediction.values()) {
      String learner = prediction.learner();
      if (arguments.isGiven(learner) && !estimator.learns().contains(prediction)) {
        throw bad(
            "%s => '%s': estimator '%s' fits no such model. Leave it out."
                .formatted(learner, arguments.text(learner), name));
      }
    }
    return estimator;
  }

  private static FitOptions options(Arguments a, AverageEstimator estimator, long rows) {
    int reps = Partitions.asked(a) ? 1 : 0;
    if (a.isGiven("reps")) {
      reps = EffectCall.count(a, "reps", 1, 1000);
    }
    return new FitOptions(
        EffectCall.learner(a, "outcome_learner", rows),
        EffectCall.learner(a, "treatment_learner", rows),
        EffectCall.count(a, "folds", 2, 1000),
        a.integer("seed"),
        reps,
        null,
        EffectCall.level(a),
        a.requiredText("feature_nulls").equals("impute"),
        FitOptions.Scale.PLAIN,
        MethodOptions.AVERAGES.of(a, estimator.name()));
  }

  /** The rows of the result, with the place of a row of its group where there are groups. */
  List<Map<String, @Nullable Object>> rows() {
    double level = arguments.number("level");
    double[] adjusted = Holm.adjust(effects.stream().mapToDouble(e -> known(e).pValue()).toArray());
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < effects.size(); i++) {
      AverageEffect effect = effects.get(i);
      Estimate estimate = known(effect);
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("estimator", estimator.name());
      row.put("estimand", effect.estimand());
      row.put("contrast", effect.contrast());
      row.put("estimate", estimate.value());
      row.put("std_error", estimate.standardError());
      row.put("z", estimate.z());
      row.put("p_value", estimate.pValue());
      row.put("p_adjusted", adjusted[i]);
      row.put("ci_lower", estimate.lower(level));
      row.put("ci_upper", estimate.upper(level));
      row.putAll(effect.figures());
      row.put("seconds", seconds);
      row.put("warnings", effect.warnings().stream().map(Warning::row).toList());
      row.put("verdict", Warning.verdict(effect.warnings()));
      if (keys != null) {
        row.put(GroupRows.ROW, keys.first(effect.group()));
      }
      rows.add(row);
    }
    if (keys != null) {
      GroupRows.shrink(rows);
    }
    return rows;
  }

  /** The estimate; without an error where a group has one row, or lacks one of the arms. */
  private static Estimate known(AverageEffect effect) {
    boolean thin =
        List.of("n_treated", "n_control").stream().anyMatch(name -> isBelow(effect, name, 1))
            || isBelow(effect, "n", 2);
    return thin ? new Estimate(effect.estimate().value(), Double.NaN) : effect.estimate();
  }

  private static boolean isBelow(AverageEffect effect, String figure, long least) {
    return effect.figures().get(figure) instanceof Long count && count < least;
  }

  private static WhatifException bad(String message) {
    return new WhatifException(ErrorCode.BAD_ARGUMENT, message);
  }
}
