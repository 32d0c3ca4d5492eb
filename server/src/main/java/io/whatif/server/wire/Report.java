/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.wire;

/**
 * What an ErrorResponse or a NoticeResponse tells.
 *
 * @param severity FATAL ends the session
 * @param state the SQLSTATE
 * @param message one line
 * @param hint what to do; empty if there is nothing to say
 * @param position the character of the client's text, counted from 1; 0 if there is none
 */
public record Report(Severity severity, String state, String message, String hint, int position) {

  /** How grave it is, in PostgreSQL's words. */
  public enum Severity {
    NOTICE,
    WARNING,
    ERROR,
    FATAL
  }

  public static Report error(String state, String message) {
    return new Report(Severity.ERROR, state, message, "", 0);
  }

  public static Report fatal(String state, String message) {
    return new Report(Severity.FATAL, state, message, "", 0);
  }

  public static Report warning(String state, String message) {
    return new Report(Severity.WARNING, state, message, "", 0);
  }

  public static Report notice(String message) {
    return new Report(Severity.NOTICE, SqlState.SUCCESS, message, "", 0);
  }

  /** The same with what to do. */
  public Report hint(String text) {
    return new Report(severity, state, message, text, position);
  }

  /** The same with its place. */
  public Report at(int character) {
    return new Report(severity, state, message, hint, character);
  }
}
