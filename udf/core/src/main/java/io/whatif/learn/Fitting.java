/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Run;
import java.util.List;

/** What a penalised regression is fitted to. */
record Fitting(
    Run run,
    Dataset data,
    Standardization basis,
    List<Target> targets,
    Folds folds,
    Moments.Summary moments) {}
