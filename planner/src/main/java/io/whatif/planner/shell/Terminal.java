/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import java.io.IOException;
import java.nio.file.Path;

/** Whether people are reading. */
final class Terminal {
  private Terminal() {}

  /** Whether standard error is a terminal; false where that cannot be told. */
  static boolean readsErrors() {
    try {
      String device = Path.of("/dev/fd/2").toRealPath().toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException unknown) {
      return false;
    }
  }
}
