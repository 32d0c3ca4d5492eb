/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether people are reading or typing. */
final class Terminal {
  /** The bits of a file's mode that say what it is, and what a terminal has there. */
  private static final int FILE_TYPE = 0170000;

  private static final int CHARACTER_DEVICE = 0020000;

  private Terminal() {}

  /** Whether standard input is a file or a pipe; false where that cannot be told. */
  static boolean readsPipe() throws IOException {
    Path input = Path.of("/dev/fd/0");
    boolean known = input.getFileSystem().supportedFileAttributeViews().contains("unix");
    return known
        && Files.exists(input)
        && Files.getAttribute(input, "unix:mode") instanceof Integer mode
        && (mode & FILE_TYPE) != CHARACTER_DEVICE;
  }

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
