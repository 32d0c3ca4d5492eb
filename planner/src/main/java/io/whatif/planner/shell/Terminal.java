/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import java.io.IOException;
import java.nio.file.Path;

/** Whether people are reading or typing. */
final class Terminal {
  private Terminal() {}

  /** Whether standard error is a terminal; false where that cannot be told. */
  static boolean readsErrors() {
    return isTerminal(2);
  }

  /** Whether standard input is a terminal; false where that cannot be told. */
  static boolean typesInput() {
    return isTerminal(0);
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String device = Path.of("/dev/fd/" + descriptor).toRealPath().toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException unknown) {
      return false;
    }
  }
}
