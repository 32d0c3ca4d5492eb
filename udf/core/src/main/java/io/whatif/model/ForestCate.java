/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import io.whatif.forest.Forest;
import io.whatif.forest.Scale;
import java.util.List;
import java.util.Map;

/**
 * An effect by a causal forest, with the standard error of little bags.
 *
 * @param features what it takes
 * @param nullable places of the features that were NULL at the fit: their NULL has a side at each
 *     split; any other NULL gives NaN
 * @param forest the trees
 * @param unit by what the trees' effects are multiplied
 * @param level of the intervals
 * @param range for support: the fitted data's range of each numeric feature, by name
 * @param scales of the responses that the trees keep means of
 */
public record ForestCate(
    List<Feature> features,
    List<Integer> nullable,
    Forest forest,
    double unit,
    double level,
    Map<String, double[]> range,
    List<Scale> scales)
    implements CateModel {

  public ForestCate {
    features = List.copyOf(features);
    nullable = List.copyOf(nullable);
    scales = List.copyOf(scales);
    if (forest.bins().size() != features.size()) {
      throw new IllegalArgumentException(
          "bins of %d features, of %d".formatted(forest.bins().size(), features.size()));
    }
  }

  private SeenFeatures seen() {
    return new SeenFeatures(features, nullable, range);
  }

  @Override
  public void effect(double[][] columns, int rows, double[] into) {
    forest.score(columns, rows, into);
    finish(columns, rows, into);
  }

  /** As {@link #effect}, of rows after which no others are expected. */
  public void effectOnce(double[][] columns, int rows, double[] into) {
    forest.scoreOnce(columns, rows, into);
    finish(columns, rows, into);
  }

  private void finish(double[][] columns, int rows, double[] into) {
    for (int i = 0; i < rows; i++) {
      into[i] *= unit;
    }
    seen().blank(columns, rows, into);
  }

  @Override
  public void standardError(double[][] columns, int rows, double[] into) {
    forest.score(columns, rows, new double[rows], into);
    for (int i = 0; i < rows; i++) {
      into[i] = unit * Math.sqrt(into[i]);
    }
    seen().blank(columns, rows, into);
  }

  @Override
  public void support(double[][] columns, int rows, double[] into) {
    seen().support(columns, rows, into);
  }
}
