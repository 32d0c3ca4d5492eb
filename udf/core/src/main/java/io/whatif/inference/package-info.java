/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Uncertainty: estimates with intervals, sandwich covariances, cluster sums, multiplicity. Stands
 * on {@code data} and {@code math}; knows no estimator.
 */
@NullMarked
package io.whatif.inference;

import org.jspecify.annotations.NullMarked;
