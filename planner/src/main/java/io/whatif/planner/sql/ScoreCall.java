/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.function.FunctionDescriptor;
import java.util.List;
import java.util.Map;

/**
 * A call that scores rows with a model.
 *
 * @param function which figure
 * @param model the model's name
 * @param features SQL text of each value passed, in order; for a function that writes a text, the
 *     values of its other arguments
 * @param arms SQL text of {@code arm} and {@code versus} where they are given, by their names
 */
public record ScoreCall(
    FunctionDescriptor function, String model, List<String> features, Map<String, String> arms) {
  public ScoreCall {
    features = List.copyOf(features);
    arms = Map.copyOf(arms);
  }

  /** A call that names no arms. */
  public ScoreCall(FunctionDescriptor function, String model, List<String> features) {
    this(function, model, features, Map.of());
  }
}
