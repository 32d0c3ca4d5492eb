/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.model.Feature;
import java.util.List;

/**
 * What it takes to write a call that scores with a stored model.
 *
 * @param key identifies the payload; never reused for another
 * @param name the model's name
 * @param version 1 for the first of the name, one more at each replacement
 * @param table the store it lies in, as SQL text
 * @param features what it takes, in order
 * @param keyCount how many of them, the first, tell the group a row belongs to
 * @param control what the arms of the treatment are compared with, empty if it has no arms
 * @param id the column that told the rows of the fit apart, empty if none was named
 */
public record ModelHeader(
    long key,
    String name,
    long version,
    String table,
    List<Feature> features,
    int keyCount,
    String control,
    String id) {
  public ModelHeader {
    features = List.copyOf(features);
  }

  /** The features that tell the group a row belongs to; empty if it was not fitted in groups. */
  public List<Feature> keys() {
    return features.subList(0, keyCount);
  }

  /** A subquery that gives a value of the newest version as the statement that runs sees it. */
  String newest(String value) {
    return "(SELECT %s FROM %s WHERE name = %s %s LIMIT 1)"
        .formatted(value, table, SqlText.literal(name), ModelStore.NEWEST_FIRST);
  }

  /** A subquery that gives the newest version's payload as base64. */
  String payload() {
    return newest("base64(payload)");
  }
}
