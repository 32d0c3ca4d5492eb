/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Small dense numerics: Gram matrices, symmetric solvers, counter-based random numbers,
 * exponentials of many numbers, and the normal and chi-squared laws. The ground floor: knows
 * nothing of data, learners or SQL.
 */
@NullMarked
package io.whatif.math;

import org.jspecify.annotations.NullMarked;
