/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Honest forests on coded rows: how rows become codes, how trees are sampled, grown and kept, and
 * how rows are sent through them. What the trees estimate is a {@link
 * io.whatif.forest.Relabelling}. Knows no SQL, no studies and no nuisances. Floor 3.
 */
@NullMarked
package io.whatif.forest;

import org.jspecify.annotations.NullMarked;
