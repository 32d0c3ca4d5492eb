/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.wire;

import io.whatif.server.wire.FrontendMessage.Bind;
import io.whatif.server.wire.FrontendMessage.Close;
import io.whatif.server.wire.FrontendMessage.CopyData;
import io.whatif.server.wire.FrontendMessage.CopyDone;
import io.whatif.server.wire.FrontendMessage.CopyFail;
import io.whatif.server.wire.FrontendMessage.Describe;
import io.whatif.server.wire.FrontendMessage.Execute;
import io.whatif.server.wire.FrontendMessage.Flush;
import io.whatif.server.wire.FrontendMessage.FunctionCall;
import io.whatif.server.wire.FrontendMessage.Parse;
import io.whatif.server.wire.FrontendMessage.Password;
import io.whatif.server.wire.FrontendMessage.Query;
import io.whatif.server.wire.FrontendMessage.Sync;
import io.whatif.server.wire.FrontendMessage.Terminate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads one message from its bytes. */
public final class MessageDecoder {
  private MessageDecoder() {}

  /**
   * The message of that type and body.
   *
   * @throws WireException FATAL if it breaks the protocol, ERROR if only what it says cannot be
   */
  public static FrontendMessage decode(byte type, byte[] body) throws WireException {
    return switch (type) {
      case 'Q' -> query(new Payload(body, "Query"));
      case 'P' -> parse(new Payload(body, "Parse"));
      case 'B' -> bind(new Payload(body, "Bind"));
      case 'D' -> describe(new Payload(body, "Describe"));
      case 'E' -> execute(new Payload(body, "Execute"));
      case 'C' -> close(new Payload(body, "Close"));
      case 'H' -> empty(body, "Flush", new Flush());
      case 'S' -> empty(body, "Sync", new Sync());
      case 'X' -> new Terminate();
      case 'd' -> new CopyData(body);
      case 'c' -> empty(body, "CopyDone", new CopyDone());
      case 'f' -> copyFail(new Payload(body, "CopyFail"));
      case 'p' -> new Password(body);
      case 'F' -> new FunctionCall();
      default -> throw WireException.protocol("invalid frontend message type " + (type & 0xff));
    };
  }

  /**
   * The first answer of a client to the mechanisms it may authenticate by.
   *
   * @param data what it says by that mechanism
   */
  public record SaslInitial(String mechanism, byte[] data) {}

  /** Reads it from the body of a password message. */
  public static SaslInitial saslInitial(byte[] body) throws WireException {
    Payload payload = new Payload(body, "SASLInitialResponse");
    String mechanism = payload.string();
    int length = payload.int32();
    SaslInitial initial =
        new SaslInitial(mechanism, length == -1 ? new byte[0] : payload.bytes(length));
    payload.end();
    return initial;
  }

  private static FrontendMessage empty(byte[] body, String name, FrontendMessage message)
      throws WireException {
    new Payload(body, name).end();
    return message;
  }

  /** What is wrong within a message that ends where it should: the session goes on. */
  private static WireException mistaken(String state, String message) {
    return new WireException(Report.error(state, message));
  }

  private static Query query(Payload payload) throws WireException {
    Query query = new Query(payload.string());
    payload.end();
    return query;
  }

  private static Parse parse(Payload payload) throws WireException {
    String name = payload.string();
    String sql = payload.string();
    int count = payload.count(Integer.BYTES);
    List<Integer> types = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      types.add(payload.int32());
    }
    payload.end();
    return new Parse(name, sql, types);
  }

  private static Bind bind(Payload payload) throws WireException {
    String portal = payload.string();
    String statement = payload.string();
    List<Integer> formats = formats(payload);
    int count = payload.count(Integer.BYTES);
    if (formats.size() > 1 && formats.size() != count) {
      throw mistaken(
          SqlState.PROTOCOL_VIOLATION,
          "bind message has %d parameter formats but %d parameters"
              .formatted(formats.size(), count));
    }
    List<byte @Nullable []> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int length = payload.int32();
      values.add(length == -1 ? null : payload.bytes(length));
    }
    List<Integer> results = formats(payload);
    payload.end();
    return new Bind(portal, statement, formats, values, results);
  }

  private static List<Integer> formats(Payload payload) throws WireException {
    int count = payload.count(Short.BYTES);
    List<Integer> formats = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int format = payload.int16();
      if (format != 0 && format != 1) {
        throw mistaken(
            SqlState.INVALID_PARAMETER_VALUE, "unsupported format code: %d".formatted(format));
      }
      formats.add(format);
    }
    return formats;
  }

  private static boolean isPortal(Payload payload, String message) throws WireException {
    byte kind = payload.int8();
    return switch (kind) {
      case 'S' -> false;
      case 'P' -> true;
      default ->
          throw mistaken(
              SqlState.PROTOCOL_VIOLATION,
              "invalid %s message subtype %d".formatted(message.toUpperCase(Locale.ROOT), kind));
    };
  }

  private static Describe describe(Payload payload) throws WireException {
    boolean portal = isPortal(payload, "Describe");
    Describe describe = new Describe(portal, payload.string());
    payload.end();
    return describe;
  }

  private static Close close(Payload payload) throws WireException {
    boolean portal = isPortal(payload, "Close");
    Close close = new Close(portal, payload.string());
    payload.end();
    return close;
  }

  private static Execute execute(Payload payload) throws WireException {
    String portal = payload.string();
    Execute execute = new Execute(portal, Math.max(0, payload.int32()));
    payload.end();
    return execute;
  }

  private static CopyFail copyFail(Payload payload) throws WireException {
    CopyFail fail = new CopyFail(payload.string());
    payload.end();
    return fail;
  }
}
