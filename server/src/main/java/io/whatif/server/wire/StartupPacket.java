/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.wire;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a connection begins with. */
public sealed interface StartupPacket {
  int SSL_REQUEST = 80877103;
  int GSS_REQUEST = 80877104;
  int CANCEL_REQUEST = 80877102;

  /** Protocols of that major version are spoken. */
  int MAJOR = 3;

  /** Asks for TLS. */
  record SslRequest() implements StartupPacket {}

  /** Asks for Kerberos, which we have not. */
  record GssRequest() implements StartupPacket {}

  /** Stops the statement of another connection, by the numbers its session was given. */
  record CancelRequest(int process, int secret) implements StartupPacket {}

  /**
   * Begins a session.
   *
   * @param minor of the protocol's version
   * @param parameters user, database, and settings
   */
  record Startup(int minor, Map<String, String> parameters) implements StartupPacket {}

  /** Reads a packet from what follows its length. */
  static StartupPacket decode(byte[] body) throws WireException {
    Payload payload = new Payload(body, "startup");
    int code = payload.int32();
    switch (code) {
      case SSL_REQUEST -> {
        payload.end();
        return new SslRequest();
      }
      case GSS_REQUEST -> {
        payload.end();
        return new GssRequest();
      }
      case CANCEL_REQUEST -> {
        CancelRequest request = new CancelRequest(payload.int32(), payload.int32());
        payload.end();
        return request;
      }
      default -> {
        return startup(code, payload);
      }
    }
  }

  private static Startup startup(int version, Payload payload) throws WireException {
    if (version >>> 16 != MAJOR) {
      throw new WireException(
          Report.fatal(
              SqlState.FEATURE_NOT_SUPPORTED,
              "unsupported frontend protocol %d.%d: server supports 3.0"
                  .formatted(version >>> 16, version & 0xffff)));
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    while (true) {
      String name = payload.string();
      if (name.isEmpty()) {
        payload.end();
        return new Startup(version & 0xffff, parameters);
      }
      parameters.put(name, payload.string());
    }
  }
}
