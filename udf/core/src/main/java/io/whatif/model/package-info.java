/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Fitted effects as values: a small closed set of {@link io.whatif.model.CateModel} shapes, their
 * codec, and what is stored with them. Knows nothing of how they were fitted.
 */
@NullMarked
package io.whatif.model;

import org.jspecify.annotations.NullMarked;
