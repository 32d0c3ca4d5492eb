/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import java.util.List;

/**
 * Leaf means of responses that were scaled one way, as if they had been scaled another: each
 * response is \( a + b \) times what it was, and so its means and those of products follow from the
 * means there are.
 */
public final class Rescaling {
  private final Moments.Layout layout;
  private final double[] shift;
  private final double[] factor;
  private final boolean same;

  /**
   * From some scales to others, one for each response: of the outcome, the treatment, and the
   * instrument if there is one.
   */
  public Rescaling(Moments.Layout layout, List<Scale> from, List<Scale> to) {
    this.layout = layout;
    this.same = from.equals(to);
    int responses = layout.responses();
    shift = new double[responses];
    factor = new double[responses];
    for (int r = 0; r < responses; r++) {
      shift[r] = (from.get(r).center() - to.get(r).center()) / to.get(r).unit();
      factor[r] = from.get(r).unit() / to.get(r).unit();
    }
  }

  /** A tree with the other means, rounded as leaves are. */
  public Tree of(Tree tree) {
    if (same) {
      return tree;
    }
    int width = layout.count();
    double[] means = new double[tree.moments().length];
    for (int k = 0; k < means.length; k++) {
      means[k] = tree.moments()[k];
    }
    for (int leaf = 0; leaf < tree.leaves(); leaf++) {
      change(means, leaf * width, 1);
    }
    float[] rounded = new float[means.length];
    for (int k = 0; k < means.length; k++) {
      rounded[k] = Relabelling.shortened(means[k]);
    }
    return new Tree(tree.leftLeaves(), tree.feature(), tree.bin(), rounded, tree.leaves());
  }

  /**
   * Sums of means over trees, row by row, as the other scales have them.
   *
   * @param trees how many each row's are of
   */
  public double[] of(double[] sums, int[] trees) {
    double[] changed = sums.clone();
    if (!same) {
      for (int row = 0; row < trees.length; row++) {
        change(changed, row * layout.count(), trees[row]);
      }
    }
    return changed;
  }

  /**
   * Changes means, or sums of them, in place.
   *
   * @param ones what the mean of 1, or the sum of that, is
   */
  private void change(double[] means, int at, double ones) {
    double g = layout.weighted() ? means[at + layout.g()] : ones;
    double y = means[at + Moments.Layout.Y];
    if (layout.responses() == 1) {
      means[at + Moments.Layout.Y] = shift[0] * g + factor[0] * y;
      return;
    }
    int instrument = layout.responses() - 1;
    double z = means[at + Moments.Layout.Z];
    double w = means[at + layout.w()];
    double yz = means[at + Moments.Layout.YZ];
    double wz = means[at + Moments.Layout.WZ];
    double e = shift[instrument];
    double f = factor[instrument];
    means[at + Moments.Layout.Y] = shift[0] * g + factor[0] * y;
    means[at + layout.w()] = shift[1] * g + factor[1] * w;
    means[at + Moments.Layout.Z] = e * g + f * z;
    means[at + Moments.Layout.YZ] = shift[0] * (e * g + f * z) + factor[0] * (e * y + f * yz);
    means[at + Moments.Layout.WZ] = shift[1] * (e * g + f * z) + factor[1] * (e * w + f * wz);
  }
}
