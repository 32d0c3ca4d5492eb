/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.model.ArmsCate;
import io.whatif.model.CateModel;
import java.util.Arrays;
import java.util.List;

/**
 * The effects of several arms against the control.
 *
 * @param fits of each arm but the control, in the order of their codes
 * @param cross the covariances between the arms' coefficients, as {@link ArmsCate} takes them
 */
public record ArmFits(List<Fit> fits, double[][] cross) {
  public ArmFits {
    fits = List.copyOf(fits);
  }

  /** Of a treatment that has no arms but two, or none. */
  public static ArmFits of(Fit fit) {
    return apart(List.of(fit));
  }

  /** Fits whose joint law is not known. */
  static ArmFits apart(List<Fit> fits) {
    double[][] cross = new double[fits.size() * fits.size()][];
    Arrays.setAll(cross, i -> new double[0]);
    return new ArmFits(fits, cross);
  }

  /**
   * Fits whose joint covariance is known.
   *
   * @param joint of all coefficients, those of the first arm first, row by row
   */
  static ArmFits jointly(List<Fit> fits, double[] joint) {
    int arms = fits.size();
    int width = (int) Math.round(Math.sqrt(joint.length));
    int p = width / arms;
    double[][] cross = new double[arms * arms][];
    for (int i = 0; i < arms; i++) {
      for (int j = 0; j < arms; j++) {
        double[] block = new double[i < j ? p * p : 0];
        for (int s = 0; s < p && i < j; s++) {
          System.arraycopy(joint, (i * p + s) * width + j * p, block, s * p, p);
        }
        cross[i * arms + j] = block;
      }
    }
    return new ArmFits(fits, cross);
  }

  /** The effect of all arms as one model; of one arm its own. */
  public CateModel model(Treatment treatment) {
    return treatment.kind() == Treatment.Kind.ARMS
        ? new ArmsCate(
            treatment.control(),
            treatment.arms().subList(1, treatment.arms().size()),
            fits.stream().map(Fit::model).toList(),
            cross)
        : fits.get(0).model();
  }
}
