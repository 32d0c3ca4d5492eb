/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.Column;
import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.RawTable.RawColumn;
import io.whatif.data.Schema;
import io.whatif.data.StoredDataset;
import io.whatif.data.WhatifException;
import io.whatif.estimate.ModelRows;
import io.whatif.model.ArmsCate;
import io.whatif.model.Feature;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Where a relation has the features of a stored model, found by their names. */
public final class ModelColumns {
  private final List<Feature> features;
  private final int[] columns;

  private ModelColumns(List<Feature> features, int[] columns) {
    this.features = features;
    this.columns = columns;
  }

  /** The features that a relation must have: all that do not name an arm. */
  public static List<Feature> needed(List<Feature> features) {
    return features.stream().filter(f -> !ArmsCate.namesArm(f)).toList();
  }

  /**
   * Finds the features.
   *
   * @param read the columns that are read
   * @param allNames the names of all columns of the relation
   * @throws WhatifException if one is not there, or of another type than at the fit
   */
  public static ModelColumns of(StoredModel model, List<RawColumn> read, List<String> allNames) {
    List<Feature> features = needed(model.model().features());
    int[] columns = new int[features.size()];
    for (int f = 0; f < columns.length; f++) {
      columns[f] = find(model.name(), features.get(f).name(), read, allNames);
      checkType(
          model.name(),
          features.get(f),
          read.get(columns[f]).sqlType(),
          read.get(columns[f]).kind());
    }
    return new ModelColumns(features, columns);
  }

  private static int find(
      String model, String feature, List<RawColumn> read, List<String> allNames) {
    for (int c = 0; c < read.size(); c++) {
      if (read.get(c).name().equalsIgnoreCase(feature)) {
        return c;
      }
    }
    if (allNames.stream().anyMatch(feature::equalsIgnoreCase)) {
      throw new WhatifException(
          ErrorCode.BAD_MODEL,
          "model '%s' takes %s, but this call was written when it did not. Create the view again."
              .formatted(model, feature));
    }
    throw new WhatifException(
        ErrorCode.BAD_COLUMN,
        "model '%s' takes %s, and the relation has no such column.%s"
            .formatted(
                model,
                feature,
                Names.nearest(feature, allNames)
                    .map(near -> " Rename %s with AS, if that is meant.".formatted(near))
                    .orElse(" Add it, or name one so with AS.")));
  }

  private static void checkType(String model, Feature feature, String type, RawTable.Kind kind) {
    if (type.equals("\"NULL\"")) {
      return;
    }
    String wanted =
        feature.isCategorical() ? "text" : isTime(feature.sqlType()) ? "date" : "number";
    String given =
        switch (kind) {
          case TEXT -> "text";
          case NUMBER -> isTime(type) ? "date" : "number";
          case UNUSABLE -> "";
        };
    if (!wanted.equals(given)) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "model '%s' takes a %s for %s, which was %s at the fit; the relation has %s. Cast it."
              .formatted(model, wanted, feature.name(), feature.sqlType(), type));
    }
  }

  private static boolean isTime(String sqlType) {
    return sqlType.startsWith("DATE") || sqlType.startsWith("TIME");
  }

  /** The rows of {@code table}, of whose columns this was made. */
  ModelRows rows(RawTable table) {
    List<Column> schema = new ArrayList<>();
    table.columns().forEach(c -> schema.add(new Column.Numeric(c.name(), c.sqlType())));
    List<double[]> places = new ArrayList<>();
    for (int f = 0; f < columns.length; f++) {
      places.add(places(features.get(f), table.dictionary(columns[f])));
    }
    return new ModelRows(
        new StoredDataset(new Schema(schema), table.tiles(), table.rows()),
        features,
        columns.clone(),
        places);
  }

  /** For each text of a column its place among the feature's categories, which are sorted. */
  private static double[] places(Feature feature, List<String> dictionary) {
    double[] places = new double[feature.isCategorical() ? dictionary.size() : 0];
    for (int code = 0; code < places.length; code++) {
      int place = Collections.binarySearch(feature.categories(), dictionary.get(code));
      places[code] = place < 0 ? feature.categories().size() : place;
    }
    return places;
  }
}
