/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Messages of PostgreSQL's protocol 3.0 as bytes, in both directions. What they mean to a session
 * is not known here, and neither is JDBC.
 */
@NullMarked
package io.whatif.server.wire;

import org.jspecify.annotations.NullMarked;
