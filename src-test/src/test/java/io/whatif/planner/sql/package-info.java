/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package io.whatif.planner.sql;

import org.jspecify.annotations.NullMarked;
