/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Values on the wire: a result's cells and a client's parameters, in PostgreSQL's text and binary
 * formats.
 */
@NullMarked
package io.whatif.server.value;

import org.jspecify.annotations.NullMarked;
