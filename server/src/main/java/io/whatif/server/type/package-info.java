/* SPDX-License-Identifier: Apache-2.0 */
/** DuckDB's types as PostgreSQL names and numbers them. */
@NullMarked
package io.whatif.server.type;

import org.jspecify.annotations.NullMarked;
