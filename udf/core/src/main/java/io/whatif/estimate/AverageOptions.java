/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

/**
 * How an average effect is to be estimated, checked.
 *
 * @param estimand whose effect it is
 * @param fit learners, folds, repetitions, level and predictions that are given; and the values of
 *     {@link AverageEstimator#options}
 */
public record AverageOptions(Estimand estimand, FitOptions fit) {}
