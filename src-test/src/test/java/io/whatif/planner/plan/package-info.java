/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package io.whatif.planner.plan;

import org.jspecify.annotations.NullMarked;
