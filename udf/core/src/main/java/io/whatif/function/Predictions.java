/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.AverageEstimator;
import io.whatif.estimate.AverageEstimator.Prediction;
import io.whatif.estimate.Estimator;
import io.whatif.estimate.Estimators;
import io.whatif.estimate.FitOptions;
import io.whatif.estimate.Treatment;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Columns of predictions that a call gives in the place of fits.
 *
 * @param outcome the column of the outcome as predicted, as it stands in the relation; null if none
 *     is given
 * @param propensity that of the chance of treatment
 */
record Predictions(
    Arguments arguments, double @Nullable [] outcome, double @Nullable [] propensity) {

  static Predictions of(Run run, RawTable relation, Arguments arguments) {
    RelationRoles.Given given = RelationRoles.of(relation, arguments).rows().given();
    return new Predictions(
        arguments, read(run, relation, given.outcome()), read(run, relation, given.propensity()));
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

  private double @Nullable [] of(Prediction prediction) {
    return prediction == Prediction.PROPENSITY ? propensity : outcome;
  }

  /** Refuses what an estimator of average effects does not use. */
  void checkAverage(AverageEstimator estimator) {
    for (Prediction prediction : Prediction.values()) {
      if (of(prediction) != null && !estimator.takes().contains(prediction)) {
        throw bad(
            prediction,
            "estimator '%s' does not use it. Leave it out.".formatted(estimator.name()));
      }
    }
  }

  /** Refuses what an effect is not fitted from. */
  void checkEffect(Estimator estimator, FitOptions options, boolean resampled) {
    for (Prediction prediction : Prediction.values()) {
      if (of(prediction) == null) {
        continue;
      }
      if (!estimator.takesPredictions()) {
        throw bad(
            prediction,
            "method '%s' needs predictions that no column of one can give. Use method => '%s', or leave it out."
                .formatted(
                    estimator.name(), String.join("' or '", Estimators.takingPredictions())));
      }
      if (Estimators.bends(options)) {
        throw bad(
            prediction,
            "treatment_basis needs a prediction of each term of the effect. Leave one of them out.");
      }
      if (resampled) {
        throw bad(
            prediction,
            "cannot be fitted anew in each resample. Leave it out, or leave out inference.");
      }
    }
  }

  /** Refuses predictions where a call has several treatments or outcomes. */
  static void refuseSeveral(Arguments arguments) {
    for (Prediction prediction : Prediction.values()) {
      if (arguments.isGiven(prediction.argument())) {
        throw new WhatifException(
            ErrorCode.BAD_ARGUMENT,
            "%s => '%s': is of one treatment and one outcome, and the call names several. Call it once for each."
                .formatted(prediction.argument(), arguments.text(prediction.argument())));
      }
    }
  }

  /** Those of the study's rows. */
  FitOptions.Given checked(StudyBuilder.Rows rows) {
    return new FitOptions.Given(
        checked(rows, Prediction.OUTCOME), checked(rows, Prediction.PROPENSITY));
  }

  private double @Nullable [] checked(StudyBuilder.Rows rows, Prediction prediction) {
    boolean chance = prediction == Prediction.PROPENSITY;
    double[] all = of(prediction);
    if (all == null) {
      return null;
    }
    Treatment treatment = rows.study().treatment();
    if (chance && treatment.kind() != Treatment.Kind.BINARY) {
      throw bad(
          prediction,
          "is the chance of one of two arms, and the treatment '%s' %s. Leave it out."
              .formatted(
                  treatment.column(),
                  treatment.continuous() ? "is continuous" : "has " + treatment.arms().size()));
    }
    if (treatment.kind() == Treatment.Kind.ARMS) {
      throw bad(
          prediction,
          "is of the rows of all arms, and each arm of the treatment '%s' is compared with the control alone. Leave it out."
              .formatted(treatment.column()));
    }
    double[] values = rows.places().of(all);
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
          written(prediction)
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

  private String written(Prediction prediction) {
    return "%s => '%s': ".formatted(prediction.argument(), arguments.text(prediction.argument()));
  }

  private WhatifException bad(Prediction prediction, String what) {
    return new WhatifException(ErrorCode.BAD_ARGUMENT, written(prediction) + what);
  }
}
