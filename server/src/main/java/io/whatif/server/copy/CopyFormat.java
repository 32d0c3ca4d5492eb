/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.copy;

/**
 * How rows are written.
 *
 * @param csv else the format text
 * @param header whether the first line holds the columns' names
 * @param nullText what stands for NULL
 */
public record CopyFormat(
    boolean csv, boolean header, char delimiter, String nullText, char quote, char escape) {

  /** What holds where a statement says nothing else. */
  static CopyFormat standard(boolean csv) {
    return csv
        ? new CopyFormat(true, false, ',', "", '"', '"')
        : new CopyFormat(false, false, '\t', "\\N", '"', '\\');
  }
}
