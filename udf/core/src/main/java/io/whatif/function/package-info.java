/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The one list of functions. A {@link io.whatif.function.FunctionDescriptor} is a value from which
 * DuckDB registration, the Calcite operator, argument checks, error texts and docs/functions.md all
 * derive. Thin bodies: the statistics live in {@code estimate} and below.
 */
@NullMarked
package io.whatif.function;

import org.jspecify.annotations.NullMarked;
