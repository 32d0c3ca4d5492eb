/* SPDX-License-Identifier: Apache-2.0 */
/** The command line: {@code whatif sql}, {@code whatif shell} and {@code whatif demo}. */
@NullMarked
package io.whatif.planner.shell;

import org.jspecify.annotations.NullMarked;
