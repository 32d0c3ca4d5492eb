/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.duckdb.Errors;
import picocli.CommandLine;

/** Says in one line why a command failed. No lambda: the JVM archives none for old class files. */
final class ToldFailure implements CommandLine.IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, CommandLine.ParseResult result) {
    if (Boolean.getBoolean(Errors.TRACE)) {
      failure.printStackTrace();
    }
    String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    System.err.println(
        command.getCommandSpec().qualifiedName() + ": " + reason.lines().findFirst().orElse(""));
    return 1;
  }
}
