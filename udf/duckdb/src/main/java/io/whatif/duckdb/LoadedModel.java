/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.WhatifException;
import io.whatif.model.CateModel;
import io.whatif.model.Feature;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A model ready to score: with its texts' codes and the features it is called with. */
final class LoadedModel {
  private final String name;
  private final CateModel model;
  private final String signature;
  private final List<Map<String, Integer>> levels;

  LoadedModel(String name, CateModel model) {
    this.name = name;
    this.model = model;
    this.signature = signature(model.features());
    this.levels = model.features().stream().map(LoadedModel::codes).toList();
  }

  private static Map<String, Integer> codes(Feature feature) {
    Map<String, Integer> codes = new HashMap<>();
    for (String category : feature.categories()) {
      codes.put(category, codes.size());
    }
    return codes;
  }

  String name() {
    return name;
  }

  CateModel model() {
    return model;
  }

  List<Feature> features() {
    return model.features();
  }

  /** The code of a text: its place among the categories, or their number if it is not one. */
  double level(int feature, String text) {
    Map<String, Integer> codes = levels.get(feature);
    Integer code = codes.get(text);
    return code == null ? codes.size() : code;
  }

  /**
   * Refuses a call that was written for a model with other features: a view over a model that was
   * replaced.
   */
  void checkSignature(String written) {
    if (!signature.equals(written)) {
      throw new WhatifException(
          ErrorCode.BAD_MODEL,
          "model '%s' takes (%s), but this call was written when it took (%s). Create the view again, or fit with the same features."
              .formatted(name, signature, written));
    }
  }

  /** Refuses texts for numbers and numbers for texts. */
  void checkTypes(List<String> given) {
    for (int f = 0; f < features().size(); f++) {
      Feature feature = features().get(f);
      boolean isNull = given.get(f).equals("\"NULL\"");
      boolean text = CellSql.kind(given.get(f)) == RawTable.Kind.TEXT;
      if (!isNull && text != feature.isCategorical()) {
        throw new WhatifException(
            ErrorCode.BAD_ARGUMENT,
            "model '%s' takes a %s for %s, which was %s at the fit; the call passes %s. Cast it."
                .formatted(
                    name,
                    feature.isCategorical() ? "text" : "number",
                    feature.name(),
                    feature.sqlType(),
                    given.get(f)));
      }
    }
  }

  /** The features by name, texts marked, as a call was written for them. */
  static String signature(List<Feature> features) {
    return features.stream()
        .map(f -> f.isCategorical() ? f.name() + " text" : f.name())
        .collect(Collectors.joining(", "));
  }

  /** Refuses a call with too few or too many values. */
  static void checkArity(String function, String model, List<Feature> features, int given) {
    if (given == features.size()) {
      return;
    }
    List<String> names = features.stream().map(Feature::name).toList();
    String remedy =
        given < names.size()
            ? "Add " + String.join(", ", names.subList(given, names.size())) + "."
            : "Pass " + (names.isEmpty() ? "none" : "only these") + ".";
    throw new WhatifException(
        ErrorCode.BAD_ARGUMENT,
        String.format(
            Locale.ROOT,
            "%s: model '%s' takes %d feature%s%s, the call passes %d. %s",
            function,
            model,
            names.size(),
            names.size() == 1 ? "" : "s",
            names.isEmpty() ? "" : " (" + String.join(", ", names) + ")",
            given,
            remedy));
  }
}
