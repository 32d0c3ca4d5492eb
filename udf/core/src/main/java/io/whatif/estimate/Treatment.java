/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import java.util.List;

/**
 * How the treatment column is read.
 *
 * @param column its name
 * @param kind what its values are
 * @param arms the values as text, in the order of their codes in the dataset: 0 is the control;
 *     empty when continuous
 */
public record Treatment(String column, Kind kind, List<String> arms) {
  /** What the values of a treatment are. */
  public enum Kind {
    /** A number. */
    CONTINUOUS,
    /** Two values, coded 0 and 1. */
    BINARY,
    /** Three values or more, coded 0, 1, 2, ... */
    ARMS
  }

  public Treatment {
    arms = List.copyOf(arms);
  }

  public boolean binary() {
    return kind == Kind.BINARY;
  }

  public boolean continuous() {
    return kind == Kind.CONTINUOUS;
  }

  /** The untreated value as text. */
  public String control() {
    return arms.get(0);
  }

  /**
   * What the effect compares: {@code 0 -> 1}, or {@code +1 unit}; of several arms the first two.
   */
  public String contrast() {
    return continuous() ? "+1 unit" : contrast(1);
  }

  /** What the effect of an arm, by its code, compares: {@code none -> discount}. */
  public String contrast(int arm) {
    return control() + " -> " + arms.get(arm);
  }
}
