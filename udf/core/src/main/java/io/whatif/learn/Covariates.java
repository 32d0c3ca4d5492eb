/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import java.util.List;

/** The columns to adjust for, in order. */
public record Covariates(List<Covariate> columns) {
  public Covariates {
    columns = List.copyOf(columns);
  }
}
