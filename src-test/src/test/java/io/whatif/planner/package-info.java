/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of the driver, the planner and the command line. */
@NullMarked
package io.whatif.planner;

import org.jspecify.annotations.NullMarked;
