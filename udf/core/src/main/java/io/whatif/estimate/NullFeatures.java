/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Features that are NULL in every row of some: no such row has all features then, nor is there a
 * median to impute.
 *
 * @param names of them, in their order
 */
record NullFeatures(List<String> names) {
  NullFeatures {
    names = List.copyOf(names);
  }

  /** Those of a study's features whose dataset column is NULL wherever it is looked at. */
  static NullFeatures of(Study study, IntPredicate isNull) {
    return new NullFeatures(
        study.features().stream().filter(isNull::test).map(study::name).toList());
  }

  boolean none() {
    return names.isEmpty();
  }

  /** What stands for them where they have just been named. */
  String it() {
    return names.size() == 1 ? "it" : "them";
  }

  /** As {@code 'a', 'b'}. */
  String quoted() {
    return "'" + String.join("', '", names) + "'";
  }

  /**
   * The refusal that names them.
   *
   * @param part which rows they are NULL in, such as {@code " of arm 'b'"}, or empty
   * @param remedy a sentence
   */
  WhatifException refusal(String part, String remedy) {
    return new WhatifException(
        ErrorCode.BAD_COLUMN,
        "features => %s: %s NULL in every usable row%s. %s"
            .formatted(quoted(), names.size() == 1 ? "is" : "are", part, remedy));
  }
}
