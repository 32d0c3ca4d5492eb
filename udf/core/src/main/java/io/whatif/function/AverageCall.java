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
import java.util.Locale;
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
    Predictions raw = Predictions.of(run, relation, roles);
    List<Integer> by = roles.rows().by();
    GroupKeys keys = null;
    if (!by.isEmpty()) {
      run.memory().take((16L + 8L * by.size()) * relation.rows(), "dividing the rows into groups");
      keys = GroupKeys.of(relation, "by", by);
    }
    long relationRows = relation.rows();
    StudyBuilder.Rows rows = StudyBuilder.rows(run, relation, arguments);
    AverageEstimator estimator = estimator(arguments, rows.study().treatment());
    AverageOptions options =
        new AverageOptions(
            Estimand.named(arguments.requiredText("estimand")),
            options(arguments, estimator, relationRows),
            raw.checked(rows, new Asked(arguments, estimator)));
    List<AverageEffect> effects =
        AverageEffects.of(run, rows.study(), estimator, options, groups(keys, rows));
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
    int[] own = new int[rows.places().length];
    for (int i = 0; i < own.length; i++) {
      own[i] = all[rows.places()[i]];
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

  private record Asked(Arguments arguments, AverageEstimator estimator) {}

  /** Columns of predictions, as they stand in the relation; null where none is given. */
  private record Predictions(double @Nullable [] outcome, double @Nullable [] propensity) {
    static Predictions of(Run run, RawTable relation, RelationRoles roles) {
      RelationRoles.Given given = roles.rows().given();
      return new Predictions(
          read(run, relation, given.outcome()), read(run, relation, given.propensity()));
    }

    private static double @Nullable [] read(Run run, RawTable relation, @Nullable Integer column) {
      if (column == null) {
        return null;
      }
      int n = Math.toIntExact(relation.rows());
      run.memory().take(16L * n, "the predictions given");
      double[] values = new double[n];
      relation.tiles().read(column, 0, values, n);
      return values;
    }

    /** Those of the study's rows, if the call can use them. */
    AverageOptions.Given checked(StudyBuilder.Rows rows, Asked asked) {
      return new AverageOptions.Given(
          checked(rows, asked, Prediction.OUTCOME), checked(rows, asked, Prediction.PROPENSITY));
    }

    private double @Nullable [] checked(
        StudyBuilder.Rows rows, Asked asked, Prediction prediction) {
      boolean chance = prediction == Prediction.PROPENSITY;
      double[] all = chance ? propensity : outcome;
      if (all == null) {
        return null;
      }
      String given =
          "%s => '%s': "
              .formatted(prediction.argument(), asked.arguments().text(prediction.argument()));
      Treatment treatment = rows.study().treatment();
      if (!asked.estimator().takes().contains(prediction)) {
        throw bad(
            given
                + "estimator '%s' does not use it. Leave it out."
                    .formatted(asked.estimator().name()));
      }
      if (chance && treatment.kind() != Treatment.Kind.BINARY) {
        throw bad(
            given
                + "is the chance of one of two arms, and the treatment '%s' %s. Leave it out."
                    .formatted(
                        treatment.column(),
                        treatment.continuous()
                            ? "is continuous"
                            : "has " + treatment.arms().size()));
      }
      double[] values = rows.of(all);
      int wrong = 0;
      double example = 0;
      for (double value : values) {
        if (!(chance ? value > 0 && value < 1 : Double.isFinite(value))) {
          example = wrong == 0 ? value : example;
          wrong++;
        }
      }
      if (wrong > 0) {
        throw new WhatifException(
            ErrorCode.BAD_COLUMN,
            given
                + String.format(
                    Locale.ROOT,
                    "%d of %d rows hold %s, such as %s. Filter the relation to the others.",
                    wrong,
                    values.length,
                    chance ? "no chance inside (0, 1)" : "no number",
                    Double.isNaN(example) ? "NULL" : TreatmentReader.number(example)));
      }
      return values;
    }
  }

  /** The rows of the result, with the place of a row of its group where there are groups. */
  List<Map<String, @Nullable Object>> rows() {
    double level = arguments.number("level");
    double[] adjusted =
        Holm.adjust(effects.stream().mapToDouble(e -> e.estimate().pValue()).toArray());
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < effects.size(); i++) {
      AverageEffect effect = effects.get(i);
      Estimate estimate = effect.estimate();
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

  private static WhatifException bad(String message) {
    return new WhatifException(ErrorCode.BAD_ARGUMENT, message);
  }
}
