/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Dataset;
import io.whatif.data.Profile;
import io.whatif.learn.Covariate;
import io.whatif.learn.Covariates;
import io.whatif.math.Mix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A causal question ready to be estimated: rows with an outcome and a treatment, in key order, and
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
 * @param dropped rows left out for a NULL outcome or treatment, or as asked
 * @param repeatedIds whether rows share ids, so that errors are clustered
 */
public record Study(
    Dataset data,
    Profile profile,
    Treatment treatment,
    String outcome,
    List<Integer> features,
    Covariates covariates,
    Units units,
    long dropped,
    boolean repeatedIds) {
  /** The dataset column of the outcome; all NaN for functions without one. */
  public static final int OUTCOME = 0;

  /** The dataset column of the treatment: 0 and 1, or a number. */
  public static final int TREATMENT = 1;

  /**
   * Rows beyond which diagnostics of covariates are of a sample: their noise is then below .003.
   */
  private static final long DIAGNOSED = 200_000;

  public Study {
    features = List.copyOf(features);
  }

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
   * What nuisances are fitted to, but for the target: equal for two studies of the same relation if
   * their rows, in order, have the same keys, covariates, treatment and folds. Keys that are ids do
   * not tell what a row holds: there the rows themselves must be the same.
   */
  Problem problem() {
    long rows = units.rows();
    for (long key : units.keys()) {
      rows = Mix.mix(rows, key);
    }
    int[] given = units.folds();
    long folds = given == null ? 0 : 1;
    for (int i = 0; given != null && i < given.length; i++) {
      folds = Mix.mix(folds, given[i]);
    }
    return new Problem(covariates.columns(), treatment, rows, folds);
  }

  /**
   * See {@link #problem}.
   *
   * @param rows a hash of the rows' keys, in order
   * @param folds a hash of the folds given, 0 if keys decide
   */
  record Problem(List<Covariate> covariates, Treatment treatment, long rows, long folds) {}

  /**
   * The rows that diagnostics of covariates are taken from: all, or a sample where there are many.
   */
  Dataset diagnosed() {
    return data.head(DIAGNOSED);
  }

  /** The dataset column of a continuous treatment's square. */
  public int treatmentSquare() {
    return 2 + covariates.columns().size();
  }

  /** The name of a dataset column. */
  public String name(int column) {
    return data.schema().column(column).name();
  }
}
