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
