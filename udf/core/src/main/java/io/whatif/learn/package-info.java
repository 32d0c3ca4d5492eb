/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Nuisance learners: regressions and propensities predicted for every row by models that did not
 * see its fold. Holds the folds, the designs they regress on and the learners; knows nothing of
 * effects, standard errors or SQL. Stands on {@code data} and {@code math}.
 */
@NullMarked
package io.whatif.learn;

import org.jspecify.annotations.NullMarked;
