/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

/** A statement that PostgreSQL would refuse, in its words. Nothing has changed. */
public final class Refused extends Exception {
  private static final long serialVersionUID = 1L;

  private final String sqlState;

  Refused(String sqlState, String message) {
    super(message, null, false, false);
    this.sqlState = sqlState;
  }

  /** The five characters that ErrorResponse gives, as 42704. */
  public String sqlState() {
    return sqlState;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
