/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.wire;

/** What a client is to be told instead of an answer. */
public final class WireException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Report report;

  public WireException(Report report) {
    super(report.message(), null, false, false);
    this.report = report;
  }

  /** A message that breaks the protocol: the session cannot go on. */
  static WireException protocol(String message) {
    return new WireException(Report.fatal(SqlState.PROTOCOL_VIOLATION, message));
  }

  public Report report() {
    return report;
  }
}
