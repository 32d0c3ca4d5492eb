/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An effect that learners predict: the sum of {@link Part}s, such as \( \mu_1(x) - \mu_0(x) \), or
 * \( e(x) \tau_0(x) + (1 - e(x)) \tau_1(x) \). It has no valid standard error.
 *
 * @param features what it takes
 * @param nullable places of the features whose NULL the predictors know; any other NULL gives NaN
 * @param parts what is added up
 * @param level of the intervals there would be
 * @param range for support: the fitted data's range of each numeric feature, by name
 */
public record LearnedCate(
    List<Feature> features,
    List<Integer> nullable,
    List<Part> parts,
    double level,
    Map<String, double[]> range)
    implements CateModel {

  public LearnedCate {
    features = List.copyOf(features);
    nullable = List.copyOf(nullable);
    parts = List.copyOf(parts);
    for (Part part : parts) {
      for (int input : part.inputs()) {
        if (input < Part.ARM || input >= features.size()) {
          throw new IllegalArgumentException(
              "input %d of %d features".formatted(input, features.size()));
        }
      }
    }
  }

  /**
   * A weighted prediction.
   *
   * @param factor what it is multiplied by
   * @param weight what it is multiplied by at each row, null for 1
   * @param predictor what predicts
   * @param inputs for each column of the predictor, and of the weight's, the place of the feature;
   *     {@link #ARM} for the arm
   * @param arm the code of the arm it predicts for
   */
  public record Part(
      double factor,
      @Nullable Weight weight,
      Predictor predictor,
      List<Integer> inputs,
      double arm) {
    /** The input that is the arm. */
    public static final int ARM = -1;

    public Part {
      inputs = List.copyOf(inputs);
      int most = Math.max(predictor.inputs(), weight == null ? 0 : weight.propensity().inputs());
      if (most > inputs.size()) {
        throw new IllegalArgumentException(
            "a predictor of %d columns has %d".formatted(most, inputs.size()));
      }
    }

    private double[][] columns(double[][] features, int rows) {
      double[][] columns = new double[inputs.size()][];
      for (int c = 0; c < columns.length; c++) {
        if (inputs.get(c) == ARM) {
          columns[c] = new double[rows];
          Arrays.fill(columns[c], arm);
        } else {
          columns[c] = features[inputs.get(c)];
        }
      }
      return columns;
    }
  }

  /**
   * A propensity kept between two numbers, or one less it.
   *
   * @param propensity what predicts it
   * @param low the least it can be
   * @param high the most it can be
   * @param complement whether one less it is meant
   */
  public record Weight(Predictor propensity, double low, double high, boolean complement) {
    /** Replaces propensities by weights. */
    private void of(double[] values, int rows) {
      for (int i = 0; i < rows; i++) {
        double e = Math.min(high, Math.max(low, values[i]));
        values[i] = complement ? 1 - e : e;
      }
    }
  }

  @Override
  public void effect(double[][] columns, int rows, double[] into) {
    Arrays.fill(into, 0, rows, 0);
    double[] predicted = new double[rows];
    double[] weights = new double[rows];
    for (Part part : parts) {
      double[][] inputs = part.columns(columns, rows);
      part.predictor().predict(inputs, rows, predicted);
      Weight weight = part.weight();
      if (weight != null) {
        weight.propensity().predict(inputs, rows, weights);
        weight.of(weights, rows);
        for (int i = 0; i < rows; i++) {
          predicted[i] *= weights[i];
        }
      }
      for (int i = 0; i < rows; i++) {
        into[i] += part.factor() * predicted[i];
      }
    }
    seen().blank(columns, rows, into);
  }

  private SeenFeatures seen() {
    return new SeenFeatures(features, nullable, range);
  }

  /** NaN: bootstrap or posterior errors of such predictions do not cover as they say. */
  @Override
  public void standardError(double[][] columns, int rows, double[] into) {
    Arrays.fill(into, 0, rows, Double.NaN);
  }

  @Override
  public void support(double[][] columns, int rows, double[] into) {
    seen().support(columns, rows, into);
  }
}
