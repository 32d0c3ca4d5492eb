/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.server.auth.Users;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who takes a place of a server's, and what it tells others. */
final class SeatsTest {
  @Test
  void strangersTakeNoSeat(@TempDir Path folder) throws Exception {
    Path users = Files.writeString(folder.resolve("users"), Users.line("anna", "secret") + "\n");
    ServerOptions plain = Served.options(folder.resolve("shop.db"));
    ServerOptions guarded =
        new ServerOptions(
            plain.database(),
            plain.host(),
            0,
            false,
            users,
            null,
            null,
            List.of(),
            Served.limits(1));
    List<RawClient> strangers = new ArrayList<>();
    try (Served served = Served.of(guarded)) {
      for (int i = 0; i < 5; i++) {
        RawClient stranger = served.raw();
        strangers.add(stranger);
        stranger.startup(3 << 16, "user", "nobody");
        assertThat(stranger.read().type()).isEqualTo('R'); // A password is asked for.
      }
    } finally {
      for (RawClient stranger : strangers) {
        stranger.close();
      }
    }
  }

  @Test
  void whatADeadServerLeftIsOverwrittenAndReadableByAll(@TempDir Path folder) throws Exception {
    Path database = folder.resolve("shop.db");
    Path file = folder.resolve("shop.db.whatif-server");
    Files.writeString(file, "127.0.0.1\n1\n" + ProcessHandle.current().pid() + "\n");
    try (Served served = Served.of(database)) {
      assertThat(Files.readAllLines(file).get(1)).isEqualTo("" + served.port());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-r--r--");
    }
    assertThat(file).doesNotExist();
  }
}
