/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import java.util.Arrays;
import java.util.List;

/** Whose effect an average effect is. With \( \tau(x) \) the effect at x and e the propensity: */
public enum Estimand {
  /** \( E[\tau(X)] \): all rows. */
  ATE("ATE"),
  /** \( E[\tau(X) \mid D = 1] \): the treated, or the rows of the arm. */
  ATT("ATT"),
  /** \( E[\tau(X) \mid D = 0] \): the untreated. */
  ATC("ATC"),
  /** \( E[e (1 - e) \tau(X)] / E[e (1 - e)] \): rows that could have gone either way. */
  OVERLAP("overlap");

  private final String word;

  Estimand(String word) {
    this.word = word;
  }

  /** As an argument names it. */
  public String word() {
    return word;
  }

  /** The estimand an argument names. */
  public static Estimand named(String word) {
    return Arrays.stream(values()).filter(e -> e.word.equals(word)).findFirst().orElseThrow();
  }

  /** The words of all. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Estimand::word).toList();
  }

  /** As a result names it, of a treatment with arms. */
  String text() {
    return this == OVERLAP ? "overlap-weighted average" : word;
  }
}
