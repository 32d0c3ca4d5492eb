/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client says once its session has begun. */
public sealed interface FrontendMessage {

  /** Statements to run one after the other. */
  record Query(String sql) implements FrontendMessage {}

  /**
   * A statement to prepare.
   *
   * @param name empty for the unnamed one
   * @param types of its first parameters; 0 where the client leaves it open
   */
  record Parse(String name, String sql, List<Integer> types) implements FrontendMessage {}

  /**
   * A prepared statement gets its parameters and becomes a portal.
   *
   * @param formats of the parameters: none for text, one for all, else one each
   * @param values of the parameters; null for NULL
   * @param results the formats of the result's columns, as those of the parameters
   */
  record Bind(
      String portal,
      String statement,
      List<Integer> formats,
      List<byte @Nullable []> values,
      List<Integer> results)
      implements FrontendMessage {}

  /**
   * Asks what a statement takes and gives, or what a portal gives.
   *
   * @param portal whether it is a portal
   */
  record Describe(boolean portal, String name) implements FrontendMessage {}

  /**
   * Runs a portal.
   *
   * @param rows at most that many; 0 for all
   */
  record Execute(String portal, int rows) implements FrontendMessage {}

  /**
   * Forgets a statement or a portal.
   *
   * @param portal whether it is a portal
   */
  record Close(boolean portal, String name) implements FrontendMessage {}

  /** Asks for what was answered so far. */
  record Flush() implements FrontendMessage {}

  /** Ends a row of extended messages. */
  record Sync() implements FrontendMessage {}

  /** The end of the session. */
  record Terminate() implements FrontendMessage {}

  /** A piece of what is copied in; it need not end where a row does. */
  record CopyData(byte[] bytes) implements FrontendMessage {}

  /** The end of what is copied in. */
  record CopyDone() implements FrontendMessage {}

  /** The client gives up copying in. */
  record CopyFail(String reason) implements FrontendMessage {}

  /** A step of an authentication. */
  record Password(byte[] bytes) implements FrontendMessage {}

  /** A message of which the text cannot be read; the next ones can. */
  record Unreadable(Report report) implements FrontendMessage {}

  /** A call of a function by its number, of which we know none. */
  record FunctionCall() implements FrontendMessage {}
}
