/* SPDX-License-Identifier: Apache-2.0 */
/** What PostgreSQL's clients say that DuckDB does not: its catalog, its settings, its names. */
@NullMarked
package io.whatif.server.dialect;

import org.jspecify.annotations.NullMarked;
