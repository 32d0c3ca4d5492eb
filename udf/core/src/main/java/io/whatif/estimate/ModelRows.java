/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.model.Feature;
import java.util.List;

/**
 * Rows that a fitted effect is to be told of: which column holds each of its features, and how
 * texts are coded there. The order of rows has no meaning.
 *
 * @param data the rows
 * @param features what the effect takes, in order
 * @param columns the dataset column of each feature
 * @param places for each feature that is a text, its place among the feature's categories by its
 *     code in the column; empty for a number
 */
public record ModelRows(
    Dataset data, List<Feature> features, int[] columns, List<double[]> places) {
  public ModelRows {
    features = List.copyOf(features);
    places = List.copyOf(places);
  }

  /**
   * The features at each row of a batch, texts as the effect codes them.
   *
   * @throws WhatifException if a number is infinite
   */
  double[][] features(Batch batch) {
    double[][] values = new double[columns.length][];
    for (int f = 0; f < columns.length; f++) {
      double[] column = batch.column(columns[f]);
      values[f] =
          features.get(f).isCategorical()
              ? coded(f, column, batch.rows())
              : finite(f, column, batch.rows());
    }
    return values;
  }

  private double[] coded(int feature, double[] codes, int rows) {
    double[] place = places.get(feature);
    double unseen = features.get(feature).categories().size();
    double[] values = new double[rows];
    for (int i = 0; i < rows; i++) {
      double code = codes[i];
      boolean known = code >= 0 && code < place.length;
      values[i] = Double.isNaN(code) ? code : known ? place[(int) code] : unseen;
    }
    return values;
  }

  private double[] finite(int feature, double[] values, int rows) {
    for (int i = 0; i < rows; i++) {
      if (Double.isInfinite(values[i])) {
        String name = features.get(feature).name();
        throw new WhatifException(
            ErrorCode.BAD_COLUMN,
            "the relation's column %s is infinite in some rows. Filter them, or make them NULL with CASE WHEN isfinite(%s) THEN %s END."
                .formatted(name, name, name));
      }
    }
    return values;
  }
}
