/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.List;

/**
 * The one hinge to data. Rows have a fixed order (by key) that does not depend on how they arrived,
 * and a scan sums fixed blocks of it and merges them in block order, so a scan gives the same bits
 * for any number of threads.
 */
public interface Dataset {
  Schema schema();

  long rows();

  <A extends Mergeable<A>, R> R scan(Run run, Pass<A, R> pass);

  /**
   * The first {@code rows} rows. Rows are in the order of a hash of their keys, so these are a
   * random sample of all, the same one every time.
   */
  Dataset head(long rows);

  /**
   * The same rows with further columns behind their own.
   *
   * @param values of each further column, one value for each row in their order, kept and not
   *     copied: they may be changed between scans, to fit one target after another
   */
  Dataset with(List<Column> columns, double[]... values);
}
