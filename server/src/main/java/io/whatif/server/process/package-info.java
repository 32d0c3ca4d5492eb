/* SPDX-License-Identifier: Apache-2.0 */
/** The server process: its database, its sockets, who may connect, and how it ends. */
@NullMarked
package io.whatif.server.process;

import org.jspecify.annotations.NullMarked;
