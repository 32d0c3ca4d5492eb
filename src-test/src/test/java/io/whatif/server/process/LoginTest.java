/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import static io.whatif.server.process.RawClient.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.server.auth.Users;
import io.whatif.server.process.RawClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who may connect, and over what. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoginTest {
  private Path folder;
  private Path users;
  private Path certificate;
  private Path key;

  @BeforeAll
  void prepare(@TempDir Path temporary) throws Exception {
    folder = temporary;
    users = folder.resolve("users");
    Files.writeString(
        users,
        "# who may\n\n%s\n%s\n"
            .formatted(
                Users.line("tester", "secret"), Users.line("Ren\u00e9 Ex", "p\u00e4ss w\u00f6rd")));
    certificate();
  }

  /** A certificate of the JDK's own tool, as PEM. */
  private void certificate() throws Exception {
    Path store = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    certificate = folder.resolve("server.crt");
    key = folder.resolve("server.key");
    Files.writeString(certificate, pem("CERTIFICATE", keys.getCertificate("server").getEncoded()));
    Files.writeString(
        key, pem("PRIVATE KEY", keys.getKey("server", "changeit".toCharArray()).getEncoded()));
  }

  private static String pem(String name, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(name, Base64.getMimeEncoder().encodeToString(bytes), name);
  }

  private ServerOptions options(String database, String host, boolean known, boolean secure) {
    ServerOptions plain = Served.options(folder.resolve(database));
    return new ServerOptions(
        plain.database(),
        host,
        0,
        false,
        known ? users : null,
        secure ? certificate : null,
        secure ? key : null,
        List.of(),
        plain.limits());
  }

  @Test
  void aPasswordIsAskedForAndChecked() throws Exception {
    try (Served served = Served.of(options("a.db", "127.0.0.1", true, false))) {
      try (Connection connection = served.connect()) {
        assertThat(Served.rows(connection, "SELECT current_user")).containsExactly("tester");
        // What one session spills another could read, so with users nothing is spilled.
        assertThat(Served.rows(connection, "SELECT current_setting('temp_directory')"))
            .containsExactly("");
      }
      try (Connection connection =
          served.connect("user", "Ren\u00e9 Ex", "password", "p\u00e4ss w\u00f6rd")) {
        assertThat(Served.rows(connection, "SELECT 1")).containsExactly("1");
      }
      for (String[] wrong : new String[][] {{"tester", "Secret"}, {"nobody", "secret"}}) {
        assertThatThrownBy(() -> served.connect("user", wrong[0], "password", wrong[1]))
            .hasMessageContaining("password authentication failed for user \"" + wrong[0] + "\"")
            .extracting(e -> ((SQLException) e).getSQLState())
            .isEqualTo("28P01");
      }
    }
  }

  /** Who is not there is asked as one who is: with a salt that is the same each time. */
  @Test
  void anUnknownNameLooksLikeAKnownOne() throws Exception {
    try (Served served = Served.of(options("b.db", "127.0.0.1", true, false))) {
      assertThat(salt(served, "nobody")).isEqualTo(salt(served, "nobody"));
      assertThat(salt(served, "nobody")).isNotEqualTo(salt(served, "another"));
      assertThat(salt(served, "nobody")).hasSameSizeAs(salt(served, "tester"));
    }
  }

  private static String salt(Served served, String name) throws IOException {
    try (RawClient client = served.raw()) {
      client.startup(3 << 16, "user", name);
      assertThat(client.read().type()).isEqualTo('R');
      byte[] first = "n,,n=,r=abcdefgh".getBytes(StandardCharsets.UTF_8);
      client.send('p', body().string("SCRAM-SHA-256").int32(first.length).bytes(first));
      String challenge = client.read().text();
      return challenge.substring(challenge.indexOf(",s="));
    }
  }

  @Test
  void whoSkipsThePasswordIsRefused() throws Exception {
    try (Served served = Served.of(options("c.db", "127.0.0.1", true, false))) {
      for (char type : new char[] {'Q', 'P', 'X', 'S'}) {
        try (RawClient client = served.raw()) {
          client.startup(3 << 16, "user", "tester");
          client.read();
          client.send(type, body().string("SELECT 1"));
          List<Answer> answers = client.untilClosed();
          assertThat(answers).hasSize(1);
          assertThat(answers.get(0).field('C')).isEqualTo("08P01");
        }
      }
      try (RawClient client = served.raw()) {
        client.startup(3 << 16, "user", "tester");
        client.read();
        client.send('p', body().string("PLAIN").int32(-1));
        assertThat(client.untilClosed().get(0).field('S')).isEqualTo("FATAL");
      }
    }
  }

  @Test
  void tlsIsSpokenWhereItIsAskedFor() throws Exception {
    try (Served served = Served.of(options("d.db", "127.0.0.1", true, true))) {
      try (Connection connection = served.connect("sslmode", "require")) {
        assertThat(Served.rows(connection, "SELECT count(*) FROM range(100000)"))
            .containsExactly("100000");
        assertThat(Served.rows(connection, "SELECT repeat('x', 100000)").get(0)).hasSize(100_000);
      }
      try (Connection connection =
          served.connect("sslmode", "verify-ca", "sslrootcert", certificate.toString())) {
        assertThat(Served.rows(connection, "SELECT 1")).containsExactly("1");
      }
      try (Connection connection = served.connect("sslmode", "disable")) {
        assertThat(Served.rows(connection, "SELECT 1")).containsExactly("1");
      }
    }
  }

  @Test
  void othersReachAServerOnlyWithTls() throws Exception {
    try (Served served = Served.of(options("e.db", "0.0.0.0", true, true))) {
      assertThatThrownBy(() -> served.connect("sslmode", "disable"))
          .hasMessageContaining("takes connections with TLS only");
      try (Connection connection = served.connect("sslmode", "require")) {
        assertThat(Served.rows(connection, "SELECT 1")).containsExactly("1");
      }
    }
  }

  @Test
  void aServerThatOthersReachNeedsUsersAndTls() {
    for (boolean known : new boolean[] {true, false}) {
      assertThatThrownBy(() -> Served.of(options("f.db", "0.0.0.0", known, !known)))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "--host => '0.0.0.0': others can reach it, so it needs --users, --tls-cert and --tls-key");
    }
  }

  @Test
  void aFileOfUsersThatCannotBeReadIsToldByItsLine() throws IOException {
    Path bad = folder.resolve("bad");
    Files.writeString(bad, "# ok\ntester secret\n");
    ServerOptions plain = options("g.db", "127.0.0.1", false, false);
    assertThatThrownBy(
            () ->
                Served.of(
                    new ServerOptions(
                        plain.database(),
                        plain.host(),
                        0,
                        false,
                        bad,
                        null,
                        null,
                        List.of(),
                        plain.limits())))
        .hasMessage(
            "--users => '%s': line 2 is no user. Write one with: whatif user NAME".formatted(bad));
    assertThat(new Properties()).isEmpty();
  }

  @Test
  void aDatabaseThatIsNotServedIsRefused() throws Exception {
    try (Served served = Served.of(options("h.db", "127.0.0.1", false, false));
        RawClient client = served.raw()) {
      client.startup(3 << 16, "user", "tester", "database", "other");
      Answer refused = client.untilClosed().get(0);
      assertThat(refused.field('C')).isEqualTo("3D000");
      assertThat(refused.field('H')).isEqualTo("This server has the database \"h\".");
    }
  }
}
