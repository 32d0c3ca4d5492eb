/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Estimators: one class each, from a {@link io.whatif.estimate.Study} to a {@link
 * io.whatif.estimate.Fit}. They see datasets, learners and models; no SQL.
 */
@NullMarked
package io.whatif.estimate;

import org.jspecify.annotations.NullMarked;
