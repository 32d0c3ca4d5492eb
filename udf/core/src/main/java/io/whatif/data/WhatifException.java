/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * A mistake a user can make, told in one line that names the function, the argument, its value,
 * what is wrong and what to do. Carries no stack trace, so that none reaches the SQL prompt.
 */
public final class WhatifException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final ErrorCode code;

  public WhatifException(ErrorCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  /** The same mistake with {@code function: } before its message. */
  public WhatifException in(String function) {
    return message().startsWith(function + ": ")
        ? this
        : new WhatifException(code, function + ": " + message());
  }

  public String message() {
    @Nullable String message = getMessage();
    return message == null ? "" : message;
  }

  /** The message alone: DuckDB shows this text to the user. */
  @Override
  @SuppressWarnings("OverrideThrowableToString")
  public String toString() {
    return message();
  }

  /** The message alone, without a line end: DuckDB shows what is printed here. */
  @Override
  public void printStackTrace(PrintWriter writer) {
    writer.print(message());
  }
}
