/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of what holds for the whole code: floors, state, and the jars as they are shipped. */
@NullMarked
package io.whatif;

import org.jspecify.annotations.NullMarked;
