/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.Estimate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An average effect of one contrast over one group of rows.
 *
 * @param contrast what is compared
 * @param group the number of the group, 0 of all rows
 * @param estimand what the number estimates, in words
 * @param estimate the number and its error
 * @param figures what is reported beside it, by name; NaN and absent are NULL
 * @param warnings doubts, the worst first
 */
public record AverageEffect(
    String contrast,
    int group,
    String estimand,
    Estimate estimate,
    Map<String, @Nullable Object> figures,
    List<Warning> warnings) {}
