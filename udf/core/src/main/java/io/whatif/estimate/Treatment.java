/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

/**
 * How the treatment column is read.
 *
 * @param column its name
 * @param binary whether it is coded 0 and 1 in the dataset, else it is a continuous number
 * @param control the untreated value as text, empty when continuous
 * @param treated the treated value as text, empty when continuous
 */
public record Treatment(String column, boolean binary, String control, String treated) {
  /** What the effect compares: {@code 0 -> 1}, or {@code +1 unit}. */
  public String contrast() {
    return binary ? control + " -> " + treated : "+1 unit";
  }
}
