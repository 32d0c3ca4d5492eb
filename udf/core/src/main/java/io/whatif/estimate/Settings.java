/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import java.util.Map;

/**
 * The values of an estimator's own options, those left out by their fallbacks.
 *
 * @param values by name; texts, Double, Long and Boolean
 */
public record Settings(Map<String, Object> values) {
  public static final Settings NONE = new Settings(Map.of());

  public Settings {
    values = Map.copyOf(values);
  }

  private Object value(Option option) {
    return values.getOrDefault(option.name(), option.fallback());
  }

  public String text(Option option) {
    return value(option).toString();
  }

  public double number(Option option) {
    return ((Number) value(option)).doubleValue();
  }

  public long integer(Option option) {
    return ((Number) value(option)).longValue();
  }

  public boolean flag(Option option) {
    return (Boolean) value(option);
  }

  /** Whether a {@link Option.Kind#NUMBER_OR_WORD} is a number. */
  public boolean isNumber(Option option) {
    return value(option) instanceof Number;
  }
}
