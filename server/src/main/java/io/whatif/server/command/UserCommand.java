/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.command;

import io.whatif.server.auth.Users;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code whatif user NAME}: the line of a user for the file of {@code --users}. */
@Command(
    name = "user",
    mixinStandardHelpOptions = true,
    description = "Read a password and print the user's line for the file of --users.")
final class UserCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The user's name.")
  private String name = "";

  @Override
  public Integer call() throws IOException {
    if (name.isBlank() || name.startsWith("#") || !name.equals(name.strip())) {
      System.err.println("whatif user: '" + name + "' can be no name of a user.");
      return 2;
    }
    String password = password();
    if (password == null || password.isEmpty()) {
      System.err.println("whatif user: the password is empty.");
      return 1;
    }
    System.out.println(Users.line(name, password));
    return 0;
  }

  /** Newer JVMs have a console that is no terminal: it reads standard input as well. */
  @SuppressWarnings("SystemConsoleNull")
  private @Nullable String password() throws IOException {
    Console console = System.console();
    if (console != null) {
      char[] typed = console.readPassword("Password of %s: ", name);
      return typed == null ? null : new String(typed);
    }
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    return in.readLine();
  }
}
