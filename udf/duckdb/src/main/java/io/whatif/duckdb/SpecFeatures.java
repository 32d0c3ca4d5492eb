/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.model.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The features of a model as its spec, a JSON text in the store, tells them. */
final class SpecFeatures {
  private SpecFeatures() {}

  /** Reads the spec of the model {@code name}; throws BAD_MODEL if it is not one of ours. */
  static List<Feature> of(String name, String spec) {
    List<Feature> features = new ArrayList<>();
    try {
      if (JsonText.object(spec).get("features") instanceof List<?> list) {
        for (Object item : list) {
          if (!(item instanceof Map<?, ?> feature)) {
            throw damaged(name);
          }
          features.add(feature(feature));
        }
      }
    } catch (IllegalStateException e) {
      throw damaged(name);
    }
    return features;
  }

  private static Feature feature(Map<?, ?> feature) {
    List<?> categories = feature.get("categories") instanceof List<?> values ? values : List.of();
    return new Feature(
        String.valueOf(feature.get("name")),
        String.valueOf(feature.get("type")),
        categories.stream().map(String::valueOf).toList());
  }

  private static WhatifException damaged(String name) {
    return new WhatifException(
        ErrorCode.BAD_MODEL,
        "model '%s': its spec is damaged. Fit it again with if_exists => 'replace'."
            .formatted(name));
  }
}
