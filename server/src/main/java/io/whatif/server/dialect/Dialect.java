/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

/** How one session's statements are read. */
public final class Dialect {

  /** Reads one statement, without the semicolon that ends it. */
  public Reading read(String statement) {
    return new Reading.Run(statement);
  }
}
