/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.Parallel;
import io.whatif.data.Profile;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.learn.Covariate;
import io.whatif.learn.Covariates;
import io.whatif.learn.Target;
import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A causal question ready to be estimated: rows with an outcome and a treatment, by id or key, and
 * the part each column plays.
 *
 * @param data the rows; column {@link #OUTCOME} and {@link #TREATMENT} first, then the covariates,
 *     then, for a continuous treatment, its square about the mean
 * @param profile what its columns hold
 * @param treatment how the treatment is coded
 * @param outcome the outcome's name, empty if the function has none
 * @param features dataset columns of the effect's features
 * @param covariates what the nuisances adjust for: features, then the other controls
 * @param units how rows are grouped and numbered
 * @param weighting how much each row counts, null if each counts once
 * @param dropped rows left out for a NULL outcome or treatment, or as asked
 * @param shared what several rows have in common, so that errors are clustered by it
 * @param instrument what moves the treatment and the outcome through it alone, null if there is
 *     none
 */
public record Study(
    Dataset data,
    Profile profile,
    Treatment treatment,
    String outcome,
    List<Integer> features,
    Covariates covariates,
    Units units,
    @Nullable Weighting weighting,
    long dropped,
    Shared shared,
    @Nullable Instrument instrument) {
  /** The dataset column of the outcome; all NaN for functions without one. */
  public static final int OUTCOME = 0;

  /** The dataset column of the treatment: 0 and 1, or a number. */
  public static final int TREATMENT = 1;

  public Study {
    features = List.copyOf(features);
  }

  /** A study without an instrument. */
  public Study(
      Dataset data,
      Profile profile,
      Treatment treatment,
      String outcome,
      List<Integer> features,
      Covariates covariates,
      Units units,
      @Nullable Weighting weighting,
      long dropped,
      Shared shared) {
    this(
        data,
        profile,
        treatment,
        outcome,
        features,
        covariates,
        units,
        weighting,
        dropped,
        shared,
        null);
  }

  /** What rows that depend on each other have in common. */
  public enum Shared {
    NOTHING("row"),
    ID("id"),
    CLUSTER("cluster");

    private final String noun;

    Shared(String noun) {
      this.noun = noun;
    }

    /** What the rows are clustered by: rows by themselves, ids or clusters. */
    String noun() {
      return noun;
    }
  }

  /**
   * An instrument.
   *
   * @param column its name
   * @param binary whether it has two values, coded 0 and 1, else it is a number
   * @param place of the dataset
   */
  public record Instrument(String column, boolean binary, int place) {}

  /**
   * Numbers of each row.
   *
   * @param keys what decides a row's fold: equal for rows of one unit, distinct otherwise
   * @param clusters number of each row's unit, ascending; null when every row is its own
   * @param folds the user's fold of each row, 0-based; null when keys decide
   * @param foldCount how many folds the user's column has, 0 when keys decide
   * @param positions the 1-based number of each row in the relation; null unless asked for
   * @param rows a hash of where the rows, in order, stand in the relation as it was read; 0 where
   *     keys tell what a row holds
   */
  public record Units(
      long[] keys,
      int @Nullable [] clusters,
      int @Nullable [] folds,
      int foldCount,
      int @Nullable [] positions,
      long rows) {}

  public long rows() {
    return data.rows();
  }

  /**
   * Refuses features that are numbers and NULL in every row.
   *
   * @throws WhatifException that names them
   */
  public Study checkedFeatures() {
    NullFeatures nowhere = nullFeatures();
    if (!nowhere.none()) {
      throw nowhere.refusal("", "Leave %s out, or check the relation.".formatted(nowhere.it()));
    }
    return this;
  }

  /** Features that are numbers and NULL in every row. */
  NullFeatures nullFeatures() {
    return NullFeatures.of(
        this,
        column ->
            !(data.schema().column(column) instanceof Column.Categorical)
                && profile.nulls(column) == profile.rows());
  }

  /** The same rows with further columns behind their own. */
  public Study with(Dataset wider) {
    return with(wider, treatment);
  }

  /** The same rows with other columns, of which the treatment is another. */
  Study with(Dataset other, Treatment of) {
    return new Study(
        other,
        profile,
        of,
        outcome,
        features,
        covariates,
        units,
        weighting,
        dropped,
        shared,
        instrument);
  }

  /** How many rows the study's rows stand for. */
  public long count() {
    return weighting == null ? rows() : Math.round(weighting.total());
  }

  /** Whether some row stands for more or fewer rows than one. */
  public boolean isCounted() {
    return weighting != null && Arrays.stream(weighting.counts()).anyMatch(n -> n != 1);
  }

  /**
   * How much each row counts, in the order of rows. The bread of a regression is \( \sum n_i w_i
   * z_i z_i^\top \), its meat \( \sum n_i w_i^2 (r_i^2 + s_i) z_i z_i^\top \).
   *
   * @param weights w, the weights given, 1 if there are none
   * @param counts n, how many rows a row stands for, 1 if none are given
   * @param variances s, the outcome's variance among those; 0 if none is given
   * @param products n w, which are in the dataset's column {@code column} too
   * @param column of the dataset
   */
  public record Weighting(
      double[] weights, double[] counts, double[] variances, double[] products, int column) {
    /** The same, of a dataset in which the products stand in another column. */
    Weighting at(int other) {
      return new Weighting(weights, counts, variances, products, other);
    }

    /** How many rows all rows stand for. */
    double total() {
      double sum = 0;
      for (double count : counts) {
        sum += count;
      }
      return sum;
    }
  }

  /** The dataset column of weights for learners; {@link Target#UNWEIGHTED} if there are none. */
  public int weightColumn() {
    return weighting == null ? Target.UNWEIGHTED : weighting.column();
  }

  /** How much a row counts: its weight times how many rows it stands for. */
  double weight(int row) {
    return weighting == null ? 1 : weighting.products()[row];
  }

  /** The weight of each of the rows that a row stands for. */
  double weightOfOne(int row) {
    return weighting == null ? 1 : weighting.weights()[row];
  }

  /** How many rows a row stands for. */
  double count(int row) {
    return weighting == null ? 1 : weighting.counts()[row];
  }

  /** How many rows each row stands for, 0 where its weight is; null if each is one. */
  double @Nullable [] counted() {
    if (weighting == null) {
      return null;
    }
    double[] counted = weighting.counts().clone();
    for (int i = 0; i < counted.length; i++) {
      counted[i] = weighting.weights()[i] > 0 ? counted[i] : 0;
    }
    return counted;
  }

  /** How many rows a row stands for, 0 if its weight is. */
  double counted(int row) {
    return weighting == null ? 1 : weighting.weights()[row] > 0 ? weighting.counts()[row] : 0;
  }

  /** The outcome's variance among the rows that a row stands for. */
  double variance(int row) {
    return weighting == null ? 0 : weighting.variances()[row];
  }

  /**
   * What nuisances are fitted to, but for the target: equal for two studies of the same relation if
   * their rows, in order, have the same keys, covariates, treatment and folds. Keys that are ids do
   * not tell what a row holds: there the rows themselves must be the same.
   */
  Problem problem(Run run) {
    long[] keys = units.keys();
    long rows =
        units.rows()
            + Parallel.sum(
                run,
                keys.length,
                (from, to) -> {
                  long sum = 0;
                  for (int i = from; i < to; i++) {
                    sum += Mix.mix(i, keys[i]);
                  }
                  return sum;
                });
    int[] given = units.folds();
    long folds = given == null ? 0 : 1;
    for (int i = 0; given != null && i < given.length; i++) {
      folds = Mix.mix(folds, given[i]);
    }
    long weights = 0;
    for (int i = 0; weighting != null && i < weighting.products().length; i++) {
      weights = Mix.mix(weights + 1, Double.doubleToLongBits(weighting.products()[i]));
    }
    return new Problem(covariates.columns(), treatment, rows, folds, weights);
  }

  /**
   * See {@link #problem}.
   *
   * @param rows a hash of the rows' keys, in order
   * @param folds a hash of the folds given, 0 if keys decide
   * @param weights a hash of the rows' weights, 0 if each counts once
   */
  record Problem(
      List<Covariate> covariates, Treatment treatment, long rows, long folds, long weights) {
    /** By hand, since what the JVM makes for a record takes it hundredths of a second at first. */
    @Override
    public int hashCode() {
      return Long.hashCode(Mix.mix(rows, folds));
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Problem problem
          && rows == problem.rows
          && folds == problem.folds
          && weights == problem.weights
          && Objects.equals(covariates, problem.covariates)
          && Objects.equals(treatment, problem.treatment);
    }
  }

  /**
   * The rows that diagnostics of covariates are taken from: all, or a sample where there are many.
   */
  RowSample diagnosed() {
    return profile.drawn(DiagnosedRows.count(data.rows()));
  }

  /** Those rows: as they were copied, if they were, else a view. */
  Dataset diagnosedRows() {
    Dataset copied = profile.copied(data);
    return copied == null ? data.at(diagnosed()) : copied;
  }

  /** How much these rows count, each times a number of its own. */
  double[] diagnosedWeights(double[] factors) {
    RowSample looked = diagnosed();
    double[] weights = looked.of(factors);
    for (int place = 0; place < weights.length; place++) {
      weights[place] *= weight((int) looked.row(place));
    }
    return weights;
  }

  /** The dataset column of a continuous treatment's square. */
  public int treatmentSquare() {
    return 2 + covariates.columns().size();
  }

  /** The same rows for functions that look at the treatment alone. */
  Study withoutOutcome() {
    return new Study(
        data, profile, treatment, "", features, covariates, units, weighting, dropped, shared);
  }

  /** The same rows and covariates, of which none is a feature. */
  Study withoutFeatures() {
    return new Study(
        data,
        profile,
        treatment,
        outcome,
        List.of(),
        covariates,
        units,
        weighting,
        dropped,
        shared,
        instrument);
  }

  /** The values of a dataset column, 8 bytes a row. One scan. */
  double[] column(Run run, int column) {
    return data.arrays(run, column)[0];
  }

  /** The name of a dataset column. */
  public String name(int column) {
    return data.schema().column(column).name();
  }
}
