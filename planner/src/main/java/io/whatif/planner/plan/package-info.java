/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The catalog's functions as Calcite sees them. The only importer of Calcite; nothing on the path
 * of a plain statement, or of a statement with a single call, comes here.
 */
@NullMarked
package io.whatif.planner.plan;

import org.jspecify.annotations.NullMarked;
