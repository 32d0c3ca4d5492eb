/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may connect: a file of lines {@code name verifier}; empty lines and those that begin with #
 * do not count.
 */
public final class Users {
  private final Map<String, Verifier> verifiers;

  /** From which the salt of a name that is not there is made, the same at each try. */
  private final byte[] mockKey = new byte[32];

  private Users(Map<String, Verifier> verifiers) {
    this.verifiers = Map.copyOf(verifiers);
    new SecureRandom().nextBytes(mockKey);
  }

  /**
   * Reads the file.
   *
   * @throws IOException if it cannot be read, or a line of it is no user
   */
  public static Users read(Path file) throws IOException {
    Map<String, Verifier> verifiers = new HashMap<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int space = Math.max(line.lastIndexOf(' '), line.lastIndexOf('\t'));
      @Nullable Verifier verifier = Verifier.parse(line.substring(space + 1)).orElse(null);
      if (space < 0 || verifier == null) {
        throw new IOException(
            "--users => '%s': line %d is no user. Write one with: whatif user NAME"
                .formatted(file, i + 1));
      }
      verifiers.put(line.substring(0, space).strip(), verifier);
    }
    return new Users(verifiers);
  }

  /** The line of a user, with a salt of its own. */
  public static String line(String name, String password) {
    byte[] salt = new byte[Verifier.SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return name + " " + Verifier.of(password, salt, Verifier.ITERATIONS).text();
  }

  Optional<Verifier> find(String name) {
    return Optional.ofNullable(verifiers.get(name));
  }

  /** What a name that is not there is asked for, so that it looks as one that is. */
  Verifier mock(String name) {
    byte[] salt =
        Arrays.copyOf(
            Verifier.hmac(mockKey, name.getBytes(StandardCharsets.UTF_8)), Verifier.SALT_BYTES);
    return new Verifier(Verifier.ITERATIONS, salt, mockKey, mockKey);
  }
}
