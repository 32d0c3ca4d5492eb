/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A coefficient of a stored effect as a statement about a feature.
 *
 * @param term what cate_explain tells of the term
 * @param perDeviation the coefficient times the term's standard deviation
 * @param pAdjusted the p-value of no effect, adjusted for others that are looked at
 */
record TermTest(Map<String, @Nullable Object> term, double perDeviation, double pAdjusted) {

  /**
   * The coefficients of a part whose terms vary and whose errors are known, with p-values as they
   * are.
   */
  static List<TermTest> of(ModelPart part) {
    Map<Object, Map<String, @Nullable Object>> terms = new HashMap<>();
    for (Map<String, @Nullable Object> term : part.explain("term")) {
      terms.put(String.valueOf(term.get("item")), term);
    }
    List<TermTest> tests = new ArrayList<>();
    for (Map<String, @Nullable Object> row : part.summary()) {
      Map<String, @Nullable Object> term = terms.get(String.valueOf(row.get("term")));
      double p = ModelPart.number(row, "p_value");
      if (term == null || !"coefficient".equals(row.get("kind")) || Double.isNaN(p)) {
        continue;
      }
      double deviation = ModelPart.number(term, "sd");
      if (deviation > 0) {
        tests.add(new TermTest(term, ModelPart.number(row, "estimate") * deviation, p));
      }
    }
    return tests;
  }

  TermTest adjusted(double p) {
    return new TermTest(term, perDeviation, p);
  }

  private @Nullable String text(String name) {
    return term.get(name) instanceof String text ? text : null;
  }

  /** The feature the term is of, else the term. */
  String feature() {
    String feature = text("feature");
    return feature == null ? String.valueOf(term.get("item")) : feature;
  }

  /** How the effect goes with the feature, without a full stop. */
  String sentence() {
    boolean up = perDeviation > 0;
    String level = text("level");
    String base = text("base");
    String by =
        "by %s per standard deviation, %s"
            .formatted(Phrase.number(Math.abs(perDeviation)), Phrase.p(pAdjusted));
    if (level != null && base != null) {
      return "Where %s is %s the effect is %s than where it is %s (%s)"
          .formatted(feature(), level, up ? "larger" : "smaller", base, by);
    }
    if (Boolean.TRUE.equals(term.get("missing"))) {
      return "Where %s is NULL the effect is %s (%s)"
          .formatted(feature(), up ? "larger" : "smaller", by);
    }
    return "As %s rises the effect %s (%s)".formatted(term.get("item"), up ? "rises" : "falls", by);
  }
}
