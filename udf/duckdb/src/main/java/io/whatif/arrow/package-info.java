/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Columns of doubles off the heap: in Arrow memory, and in files beyond the budget. The only
 * importer of Arrow. Stands on {@code data}; knows nothing of DuckDB.
 */
@NullMarked
package io.whatif.arrow;

import org.jspecify.annotations.NullMarked;
