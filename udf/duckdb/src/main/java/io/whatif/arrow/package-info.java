/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Columns of doubles in Arrow memory, off the heap. The only importer of Arrow. Stands on {@code
 * data}; knows nothing of DuckDB.
 */
@NullMarked
package io.whatif.arrow;

import org.jspecify.annotations.NullMarked;
