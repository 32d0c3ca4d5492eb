/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.math.Mix;
import io.whatif.model.Term;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The rows that one ensemble of trees is grown on: those outside a fold with a weight above 0.
 *
 * @param places where they are, in order
 * @param mean of the target
 * @param deviation of the target, 1 if it is constant
 * @param unit the mean weight, in which weights are counted: so they have no unit of their own
 */
record TrainingRows(
    Source source, Piece piece, int[] places, double mean, double deviation, double unit) {
  private static final int JUDGING_PARTS = 5;
  private static final long JUDGING_SEED = 0x6A09E667F3BCC908L;
  private static final int LEAST_JUDGES = 20;

  /**
   * What they are taken from.
   *
   * @param terms of the inputs
   */
  record Source(TreeRows all, List<Term> terms, Folds folds) {}

  /** Which target they are for, and which fold is left out. */
  record Piece(int target, Target.Kind kind, int fold) {}

  static TrainingRows of(Source source, Piece piece) {
    TreeRows all = source.all();
    double[] weights = all.weights();
    int[] places =
        IntStream.range(0, all.rows())
            .filter(i -> source.folds().of(i) != piece.fold() && weights[i] > 0)
            .toArray();
    double[] values = all.targets()[piece.target()];
    double origin = values[places[0]];
    double unit = Arrays.stream(places).mapToDouble(i -> weights[i]).sum() / places.length;
    double total = 0;
    double sum = 0;
    for (int i : places) {
      total += weights[i] / unit;
      sum += weights[i] / unit * (values[i] - origin);
    }
    double mean = origin + sum / total;
    double squares = 0;
    for (int i : places) {
      squares += weights[i] / unit * (values[i] - mean) * (values[i] - mean);
    }
    double deviation = Math.sqrt(squares / total);
    return new TrainingRows(source, piece, places, mean, deviation > 0 ? deviation : 1, unit);
  }

  /** Whether the log-loss is to be minimised. */
  boolean binary() {
    return piece.kind() == Target.Kind.PROBABILITY;
  }

  /** A seed of its own for each target and fold. */
  int seed() {
    return (int) (Mix.mix(piece.target(), piece.fold()) >>> 33);
  }

  /** All of them, targets as they are. */
  TreeGrower.Rows plain() {
    return take(i -> true, 0, 1);
  }

  /** All of them, targets less their mean and over their deviation. */
  TreeGrower.Rows standardized() {
    return take(i -> true, mean, deviation);
  }

  /** All but those that judge, or those alone; a value standardized, a 0/1 target plain. */
  TreeGrower.Rows part(boolean judges) {
    return take(i -> judges(i) == judges, binary() ? 0 : mean, binary() ? 1 : deviation);
  }

  /** Whether there are enough rows, of both kinds if there are two, to judge and to be judged. */
  boolean canBeJudged() {
    return binary()
        ? enough(value -> value == 1) && enough(value -> value == 0)
        : enough(value -> true);
  }

  private boolean enough(java.util.function.DoublePredicate kind) {
    double[] values = source.all().targets()[piece.target()];
    int judging = 0;
    int judged = 0;
    for (int i : places) {
      if (kind.test(values[i])) {
        judging += judges(i) ? 1 : 0;
        judged += judges(i) ? 0 : 1;
      }
    }
    int least = binary() ? LEAST_JUDGES / 4 : LEAST_JUDGES;
    return judging >= least && judged >= least;
  }

  private boolean judges(int place) {
    return Mix.bucket(JUDGING_SEED, source.folds().key(place), JUDGING_PARTS) == 0;
  }

  private TreeGrower.Rows take(IntPredicate wanted, double shift, double scale) {
    TreeRows all = source.all();
    int width = all.width();
    int[] taken = IntStream.of(places).filter(wanted).toArray();
    float[] inputs = new float[Math.multiplyExact(taken.length, width)];
    float[] labels = new float[taken.length];
    float[] weights = new float[taken.length];
    for (int r = 0; r < taken.length; r++) {
      int from = taken[r];
      System.arraycopy(all.inputs(), from * width, inputs, r * width, width);
      labels[r] = (float) ((all.targets()[piece.target()][from] - shift) / scale);
      weights[r] = (float) (all.weights()[from] / unit);
    }
    return new TreeGrower.Rows(inputs, width, labels, weights);
  }
}
