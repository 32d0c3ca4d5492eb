/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package io.whatif.planner.jdbc;

import org.jspecify.annotations.NullMarked;
