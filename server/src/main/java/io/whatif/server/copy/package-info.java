/* SPDX-License-Identifier: Apache-2.0 */
/** COPY over the wire: its statement, and rows in the formats text and csv. */
@NullMarked
package io.whatif.server.copy;

import org.jspecify.annotations.NullMarked;
