/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import io.whatif.server.auth.ScramExchange;
import io.whatif.server.auth.Users;
import io.whatif.server.session.Client;
import io.whatif.server.wire.BackendWriter;
import io.whatif.server.wire.Frames;
import io.whatif.server.wire.MessageDecoder;
import io.whatif.server.wire.MessageDecoder.SaslInitial;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.StartupPacket;
import io.whatif.server.wire.StartupPacket.CancelRequest;
import io.whatif.server.wire.StartupPacket.GssRequest;
import io.whatif.server.wire.StartupPacket.SslRequest;
import io.whatif.server.wire.StartupPacket.Startup;
import io.whatif.server.wire.WireException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The beginning of a connection: TLS, who the client is, or a request to cancel. */
final class Handshake {
  private static final int OK = 0;
  private static final int SASL = 10;
  private static final int SASL_CONTINUE = 11;
  private static final int SASL_FINAL = 12;
  private static final int READ_BUFFER = 1 << 16;

  /**
   * What a connection must be to begin a session.
   *
   * @param users who may; null if everyone
   * @param tls null if there is none
   * @param secured whether TLS is needed
   * @param database the name of DuckDB's
   */
  record Rules(@Nullable Users users, @Nullable Tls tls, boolean secured, String database) {}

  private final Socket socket;
  private final Guard guard;
  private final Rules rules;
  private final Consumer<CancelRequest> cancel;
  private BackendWriter out;
  private boolean encrypted;

  Handshake(Socket socket, Guard guard, Rules rules, Consumer<CancelRequest> cancel)
      throws IOException {
    this.socket = socket;
    this.guard = guard;
    this.rules = rules;
    this.cancel = cancel;
    this.out = new BackendWriter(guard.watched(socket.getOutputStream()));
  }

  /** Where to write to the client. */
  BackendWriter out() {
    return out;
  }

  /**
   * Reads up to the first message of a session; the stream is not read further, since TLS may
   * begin.
   *
   * @return empty if there will be no session
   */
  Optional<Client> begin(int process) throws IOException, WireException {
    InputStream in = socket.getInputStream();
    while (true) {
      StartupPacket packet = new Frames(in).startup();
      if (packet instanceof SslRequest) {
        in = secure(in);
      } else if (packet instanceof GssRequest) {
        refuse();
      } else if (packet instanceof CancelRequest request) {
        cancel.accept(request);
        return Optional.empty();
      } else if (packet instanceof Startup startup) {
        return Optional.of(client(startup, process, in));
      }
    }
  }

  private void refuse() throws IOException {
    out.int8('N').flush();
  }

  private InputStream secure(InputStream in) throws IOException {
    Tls tls = rules.tls();
    if (tls == null || encrypted) {
      refuse();
      return in;
    }
    out.int8('S').flush();
    Socket secured = tls.over(socket);
    encrypted = true;
    out = new BackendWriter(guard.watched(secured.getOutputStream()));
    return secured.getInputStream();
  }

  private Client client(Startup startup, int process, InputStream in) throws WireException {
    Map<String, String> parameters = startup.parameters();
    String user = parameters.getOrDefault("user", "");
    if (user.isEmpty()) {
      throw fatal(
          SqlState.INVALID_AUTHORIZATION, "no PostgreSQL user name specified in startup packet");
    }
    if (rules.secured() && !encrypted) {
      throw fatal(
          SqlState.INVALID_AUTHORIZATION,
          "this server takes connections with TLS only: connect with sslmode=require");
    }
    if (isTrue(parameters.getOrDefault("replication", "false"))) {
      throw fatal(SqlState.FEATURE_NOT_SUPPORTED, "there is no replication");
    }
    return new Client(
        new Frames(new BufferedInputStream(in, READ_BUFFER)),
        out,
        user,
        startup.minor(),
        process,
        new SecureRandom().nextInt(),
        parameters);
  }

  private static boolean isTrue(String value) {
    return switch (value) {
      case "", "0", "off", "false", "no" -> false;
      default -> true;
    };
  }

  private static WireException fatal(String state, String message) {
    return new WireException(Report.fatal(state, message));
  }

  /** Tells of an older protocol, asks for the password, and checks which database is meant. */
  void authenticate(Client client) throws IOException, WireException {
    List<String> unknown =
        client.startup().keySet().stream().filter(name -> name.startsWith("_pq_.")).toList();
    if (!unknown.isEmpty() || client.minor() > 0) {
      out.negotiateVersion(StartupPacket.MAJOR << 16, unknown);
    }
    Users users = rules.users();
    if (users != null) {
      scram(client, users);
    }
    checkDatabase(client);
  }

  /** Tells the client that it may begin. */
  void welcome() throws IOException {
    out.authentication(OK, new byte[0]);
  }

  private void scram(Client client, Users users) throws IOException, WireException {
    out.authentication(SASL, (ScramExchange.MECHANISM + "\0\0").getBytes(StandardCharsets.UTF_8));
    out.flush();
    ScramExchange exchange = new ScramExchange(users, client.user());
    SaslInitial initial = MessageDecoder.saslInitial(password(client));
    if (!initial.mechanism().equals(ScramExchange.MECHANISM)) {
      throw fatal(
          SqlState.PROTOCOL_VIOLATION, "client selected an invalid SASL authentication mechanism");
    }
    try {
      String challenge = exchange.first(text(initial.data()));
      out.authentication(SASL_CONTINUE, challenge.getBytes(StandardCharsets.UTF_8));
      out.flush();
      Optional<String> proof = exchange.last(text(password(client)));
      if (proof.isEmpty()) {
        throw fatal(
            SqlState.INVALID_PASSWORD,
            "password authentication failed for user \"%s\"".formatted(client.user()));
      }
      out.authentication(SASL_FINAL, proof.get().getBytes(StandardCharsets.UTF_8));
    } catch (ScramExchange.Malformed e) {
      throw fatal(SqlState.PROTOCOL_VIOLATION, String.valueOf(e.getMessage()));
    }
  }

  private static byte[] password(Client client) throws IOException, WireException {
    Frames.Frame frame = client.frames().nextOfStranger();
    if (frame.type() != 'p') {
      throw fatal(
          SqlState.PROTOCOL_VIOLATION,
          "expected SASL response, got message type " + (frame.type() & 0xff));
    }
    return frame.body();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A client that names none means its user's, and gets ours as well. */
  private void checkDatabase(Client client) throws WireException {
    String asked = client.startup().getOrDefault("database", client.user());
    boolean ours =
        asked.equals(rules.database())
            || asked.equals(client.user())
            || asked.equals("postgres")
            || asked.isEmpty();
    if (!ours) {
      throw new WireException(
          Report.fatal(
                  SqlState.INVALID_CATALOG_NAME, "database \"%s\" does not exist".formatted(asked))
              .hint("This server has the database \"%s\".".formatted(rules.database())));
    }
  }
}
