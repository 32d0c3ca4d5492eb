/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import org.jspecify.annotations.Nullable;

/**
 * An arm and the control of a treatment with several, as a question with a binary treatment. Of a
 * binary treatment it is the question itself.
 *
 * @param study the question
 * @param pair its rows among those of all arms; null for all of them
 */
record ArmPair(Study study, @Nullable Pair pair) {
  /** The pair of an arm. */
  static ArmPair of(Run run, Study study, int arm) {
    if (study.treatment().kind() != Treatment.Kind.ARMS) {
      return new ArmPair(study, null);
    }
    Pair pair = new Pair(run, study, arm);
    return new ArmPair(pair.study(run), pair);
  }

  /** Whether there are rows of other arms. */
  boolean isPart() {
    return pair != null;
  }

  /** The numbers of the pair's rows, of those of all. */
  double[] kept(double[] all) {
    return pair == null ? all : pair.kept(all);
  }

  /** The numbers of the pair's rows in the places of all rows, NaN in the others. */
  double[] spread(double[] own) {
    return pair == null ? own : pair.spread(own);
  }

  /** Bytes that its rows take beside those of all. */
  long bytes() {
    return pair == null ? 0 : 8L * study.data().schema().size() * study.rows();
  }
}
