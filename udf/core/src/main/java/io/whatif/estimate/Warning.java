/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A doubt about an estimate, told beside it.
 *
 * @param code a stable word to match on
 * @param severity how much it matters
 * @param message one sentence with the figure and what to do
 */
public record Warning(String code, Severity severity, String message) {
  /** The order in which doubts are told; those of one severity stay as they are. */
  static final Comparator<Warning> WORST_FIRST =
      (one, other) -> other.severity.compareTo(one.severity);

  /** How much a doubt matters; the worst one decides the verdict. */
  public enum Severity {
    INFO,
    CAUTION,
    SEVERE
  }

  /** As a row of SQL. */
  public Map<String, @Nullable Object> row() {
    return Map.of(
        "code", code, "severity", severity.name().toLowerCase(Locale.ROOT), "message", message);
  }

  /** The verdict on what must not be used. */
  public static final String WORST = "do_not_use";

  /** {@code ok}, {@code caution} or {@code do_not_use}. */
  public static String verdict(List<Warning> warnings) {
    if (warnings.stream().anyMatch(w -> w.severity == Severity.SEVERE)) {
      return WORST;
    }
    return warnings.stream().anyMatch(w -> w.severity == Severity.CAUTION) ? "caution" : "ok";
  }
}
