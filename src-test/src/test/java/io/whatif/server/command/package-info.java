/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package io.whatif.server.command;

import org.jspecify.annotations.NullMarked;
