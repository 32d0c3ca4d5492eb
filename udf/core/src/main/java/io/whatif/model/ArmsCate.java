/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Effects of several arms, each against the same control. The arm comes first among the features
 * and then what it is compared with: \( \tau_{a}(x) - \tau_{b}(x) \), with \( \tau = 0 \) of the
 * control.
 *
 * <p>Edge cases: an arm compared with itself has effect 0; a NULL or unknown arm has none. The
 * error of a contrast between two arms needs their joint covariance, and is NaN where that is not
 * known.
 */
public final class ArmsCate implements CateModel {
  /** The type of the features that name arms. */
  public static final String ARM_TYPE = "ARM";

  /** The names of the features that name arms, as they are written in calls. */
  public static final List<String> ARM_FEATURES = List.of("arm", "versus");

  private final String control;
  private final List<String> arms;
  private final List<CateModel> models;
  private final double[][] cross;
  private final List<Feature> features;

  /** For each category of the features that name arms the place of its model, -1 of the control. */
  private final int[] places;

  /**
   * Makes a model of its parts.
   *
   * @param control what arms are compared with
   * @param arms the arms but for the control
   * @param models the effect of each arm, all with the same features
   * @param cross for arms i and j the covariance of their coefficients at {@code i * arms + j}, row
   *     by row, where i is less than j; empty arrays where it is not known
   */
  public ArmsCate(String control, List<String> arms, List<CateModel> models, double[][] cross) {
    this.control = control;
    this.arms = List.copyOf(arms);
    this.models = List.copyOf(models);
    this.cross = cross.clone();
    int count = arms.size();
    if (count == 0 || models.size() != count || cross.length != count * count) {
      throw new IllegalArgumentException(
          "%d arms, %d models, %d covariances".formatted(count, models.size(), cross.length));
    }
    if (models.stream().anyMatch(m -> !m.features().equals(models.get(0).features()))) {
      throw new IllegalArgumentException("the arms' models take different features");
    }
    TreeSet<String> sorted = new TreeSet<>(arms);
    sorted.add(control);
    List<String> categories = List.copyOf(sorted);
    this.places = categories.stream().mapToInt(this.arms::indexOf).toArray();
    this.features = new ArrayList<>();
    ARM_FEATURES.forEach(name -> features.add(new Feature(name, ARM_TYPE, categories)));
    features.addAll(models.get(0).features());
  }

  public String control() {
    return control;
  }

  public List<String> arms() {
    return arms;
  }

  public List<CateModel> models() {
    return models;
  }

  /** See the constructor. */
  public double[][] cross() {
    return cross.clone();
  }

  @Override
  public List<Feature> features() {
    return List.copyOf(features);
  }

  @Override
  public double level() {
    return models.get(0).level();
  }

  /** Whether a feature names an arm or a value of the treatment, not a value of the row. */
  public static boolean namesArm(Feature feature) {
    return feature.sqlType().equals(ARM_TYPE) || feature.sqlType().equals(LinearCate.DOSE_TYPE);
  }

  @Override
  public void effect(double[][] columns, int rows, double[] into) {
    double[][] own = own(columns);
    byPair(
        columns,
        rows,
        into,
        (pair, figures) -> {
          double[] other = new double[rows];
          effect(pair.arm(), own, rows, figures);
          effect(pair.versus(), own, rows, other);
          for (int i = 0; i < rows; i++) {
            figures[i] -= other[i];
          }
        });
  }

  private void effect(int place, double[][] own, int rows, double[] into) {
    if (place < 0) {
      Arrays.fill(into, 0, rows, 0);
    } else {
      models.get(place).effect(own, rows, into);
    }
  }

  @Override
  public void standardError(double[][] columns, int rows, double[] into) {
    double[][] own = own(columns);
    byPair(
        columns,
        rows,
        into,
        (pair, figures) -> {
          if (pair.arm() == pair.versus()) {
            Arrays.fill(figures, 0, rows, 0);
          } else if (pair.versus() < 0) {
            models.get(pair.arm()).standardError(own, rows, figures);
          } else if (pair.arm() < 0) {
            models.get(pair.versus()).standardError(own, rows, figures);
          } else {
            LinearCate contrast = contrast(pair);
            if (contrast == null) {
              Arrays.fill(figures, 0, rows, Double.NaN);
            } else {
              contrast.standardError(own, rows, figures);
            }
          }
        });
  }

  /** The effect of one arm against another, null if their joint law is not known. */
  private @Nullable LinearCate contrast(Pair pair) {
    int low = Math.min(pair.arm(), pair.versus());
    int high = Math.max(pair.arm(), pair.versus());
    double[] joint = cross[low * arms.size() + high];
    if (joint.length == 0
        || !(models.get(low) instanceof LinearCate a)
        || !(models.get(high) instanceof LinearCate b)) {
      return null;
    }
    int p = a.basis().size();
    double[] beta = new double[p];
    double[] covariance = new double[p * p];
    for (int s = 0; s < p; s++) {
      beta[s] = a.coefficients()[s] - b.coefficients()[s];
      for (int t = 0; t < p; t++) {
        covariance[s * p + t] =
            a.covariance()[s * p + t]
                + b.covariance()[s * p + t]
                - joint[s * p + t]
                - joint[t * p + s];
      }
    }
    return new LinearCate(
        a.features(), a.basis(), beta, covariance, a.level(), Map.of(), 0, new double[0]);
  }

  @Override
  public void support(double[][] columns, int rows, double[] into) {
    double[][] own = own(columns);
    byPair(
        columns,
        rows,
        into,
        (pair, figures) -> {
          double[] other = new double[rows];
          models.get(Math.max(0, pair.arm())).support(own, rows, figures);
          models.get(Math.max(0, pair.versus())).support(own, rows, other);
          for (int i = 0; i < rows; i++) {
            figures[i] = Double.isNaN(other[i]) ? Double.NaN : Math.min(figures[i], other[i]);
          }
        });
  }

  private static double[][] own(double[][] columns) {
    return Arrays.copyOfRange(columns, ARM_FEATURES.size(), columns.length);
  }

  /** Places of two models, -1 of the control. */
  private record Pair(int arm, int versus) {}

  /** What is computed for all rows, of one pair of arms. */
  private interface Figure {
    void compute(Pair pair, double[] into);
  }

  /** Computes the figure of each pair of arms that rows ask for, and takes their own to each. */
  private void byPair(double[][] columns, int rows, double[] into, Figure figure) {
    boolean[] done = new boolean[rows];
    double[] figures = new double[rows];
    for (int i = 0; i < rows; i++) {
      if (done[i]) {
        continue;
      }
      double arm = columns[0][i];
      double versus = columns[1][i];
      if (!known(arm) || !known(versus)) {
        into[i] = Double.NaN;
        continue;
      }
      figure.compute(new Pair(places[(int) arm], places[(int) versus]), figures);
      for (int j = i; j < rows; j++) {
        if (columns[0][j] == arm && columns[1][j] == versus) {
          into[j] = figures[j];
          done[j] = true;
        }
      }
    }
  }

  private boolean known(double code) {
    return code >= 0 && code < places.length;
  }
}
