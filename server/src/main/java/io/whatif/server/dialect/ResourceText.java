/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Texts that lie beside these classes. */
final class ResourceText {
  private ResourceText() {}

  static String read(String name) {
    try (InputStream stream = ResourceText.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /** Its lines, cut at each {@code |}; those that begin with {@code #} are left out. */
  static List<List<String>> rows(String name) {
    return read(name)
        .lines()
        .filter(line -> !line.isEmpty() && line.charAt(0) != '#')
        .map(line -> List.of(line.split("\\|", -1)))
        .toList();
  }
}
