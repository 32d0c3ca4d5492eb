/* SPDX-License-Identifier: Apache-2.0 */
/** The command line with the server's commands: {@code whatif serve} and {@code whatif user}. */
@NullMarked
package io.whatif.server.command;

import org.jspecify.annotations.NullMarked;
