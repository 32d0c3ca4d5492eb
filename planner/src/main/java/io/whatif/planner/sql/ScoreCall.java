/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.function.FunctionDescriptor;
import java.util.List;

/**
 * A call that scores rows with a model.
 *
 * @param function which figure
 * @param model the model's name
 * @param features SQL text of each value passed, in order; for a function that writes a text, the
 *     values of its other arguments
 */
public record ScoreCall(FunctionDescriptor function, String model, List<String> features) {
  public ScoreCall {
    features = List.copyOf(features);
  }
}
