/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Rows as estimators see them: {@link io.whatif.data.Batch batches} of columns, their {@link
 * io.whatif.data.Schema schema}, and the one hinge to data, {@link io.whatif.data.Dataset#scan}. No
 * SQL, no Arrow, no JDBC. Stands on {@code math}.
 */
@NullMarked
package io.whatif.data;

import org.jspecify.annotations.NullMarked;
