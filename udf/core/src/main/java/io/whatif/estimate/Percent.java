/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import java.util.Locale;

/** Shares as people read them. */
final class Percent {
  /** More digits than these tell nobody more. */
  private static final int MOST_DIGITS = 6;

  private Percent() {}

  /**
   * A share in percent: without digits behind the point, but near 1 with as many as keep it from
   * 100, which only the whole is. At most six: what is nearer is told as more than 99.999999%.
   *
   * @param share from 0 to 1; never NaN, since who tells one has found it on one side of a bound
   */
  static String of(double share) {
    if (!(share >= 0)) {
      throw new IllegalStateException("a share of " + share + " is told");
    }
    for (int digits = 0; digits <= MOST_DIGITS; digits++) {
      String text = String.format(Locale.ROOT, "%." + digits + "f", 100 * share);
      if (share >= 1 || Double.parseDouble(text) < 100) {
        return text + "%";
      }
    }
    return "more than 99.999999%";
  }
}
