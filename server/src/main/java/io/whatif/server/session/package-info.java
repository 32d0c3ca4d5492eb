/* SPDX-License-Identifier: Apache-2.0 */
/**
 * One client's session: what it asks, in which transaction, and what it is answered. Statements run
 * on a connection of the driver's that is the session's own.
 */
@NullMarked
package io.whatif.server.session;

import org.jspecify.annotations.NullMarked;
