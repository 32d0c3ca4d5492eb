/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that sends any bytes and shows what comes back, for the corners of the protocol. */
public final class RawClient implements AutoCloseable {
  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private int process;
  private int secret;

  public RawClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
  }

  /** Fields of a message. */
  public static final class Body {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    public Body int8(int value) {
      return write(() -> out.writeByte(value));
    }

    public Body int16(int value) {
      return write(() -> out.writeShort(value));
    }

    public Body int32(int value) {
      return write(() -> out.writeInt(value));
    }

    public Body string(String value) {
      return write(
          () -> {
            out.write(value.getBytes(StandardCharsets.UTF_8));
            out.writeByte(0);
          });
    }

    public Body bytes(byte[] value) {
      return write(() -> out.write(value));
    }

    private interface Writing {
      void run() throws IOException;
    }

    private Body write(Writing writing) {
      try {
        writing.run();
        return this;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  public static Body body() {
    return new Body();
  }

  /** A message of the server: its type, and its body. */
  public record Answer(char type, byte[] body) {
    /** A field of an error, as C for its SQLSTATE. */
    public String field(char name) {
      for (String field : new String(body, StandardCharsets.UTF_8).split("\0", -1)) {
        if (!field.isEmpty() && field.charAt(0) == name) {
          return field.substring(1);
        }
      }
      return "";
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8).replace("\0", "");
    }
  }

  public RawClient sendBytes(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  public RawClient startup(int version, String... parameters) throws IOException {
    Body body = body().int32(version);
    for (String parameter : parameters) {
      body.string(parameter);
    }
    if (parameters.length > 0) {
      body.int8(0);
    }
    byte[] bytes = body.bytes.toByteArray();
    out.writeInt(bytes.length + 4);
    out.write(bytes);
    out.flush();
    return this;
  }

  /** Begins a session and waits until it is ready. */
  public RawClient login() throws IOException {
    startup(3 << 16, "user", "raw");
    for (Answer answer : untilReady()) {
      if (answer.type() == 'K') {
        DataInputStream key = new DataInputStream(new java.io.ByteArrayInputStream(answer.body()));
        process = key.readInt();
        secret = key.readInt();
      }
    }
    return this;
  }

  public int process() {
    return process;
  }

  public int secret() {
    return secret;
  }

  public RawClient send(char type, Body body) throws IOException {
    byte[] bytes = body.bytes.toByteArray();
    out.writeByte(type);
    out.writeInt(bytes.length + 4);
    out.write(bytes);
    out.flush();
    return this;
  }

  public RawClient query(String sql) throws IOException {
    return send('Q', body().string(sql));
  }

  public RawClient parse(String name, String sql, int... types) throws IOException {
    Body body = body().string(name).string(sql).int16(types.length);
    for (int type : types) {
      body.int32(type);
    }
    return send('P', body);
  }

  /** Binds texts; null is NULL. */
  public RawClient bind(String portal, String statement, String... values) throws IOException {
    Body body = body().string(portal).string(statement).int16(0).int16(values.length);
    for (String value : values) {
      if (value == null) {
        body.int32(-1);
      } else {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        body.int32(bytes.length).bytes(bytes);
      }
    }
    return send('B', body.int16(0));
  }

  public RawClient describe(char kind, String name) throws IOException {
    return send('D', body().int8(kind).string(name));
  }

  public RawClient execute(String portal, int rows) throws IOException {
    return send('E', body().string(portal).int32(rows));
  }

  public RawClient sync() throws IOException {
    return send('S', body());
  }

  public Answer read() throws IOException {
    char type = (char) in.readByte();
    byte[] body = new byte[in.readInt() - 4];
    in.readFully(body);
    return new Answer(type, body);
  }

  public byte readByte() throws IOException {
    return in.readByte();
  }

  public List<Answer> untilReady() throws IOException {
    List<Answer> answers = new ArrayList<>();
    do {
      answers.add(read());
    } while (answers.get(answers.size() - 1).type() != 'Z');
    return answers;
  }

  /** What comes until the server closes the connection. */
  public List<Answer> untilClosed() throws IOException {
    List<Answer> answers = new ArrayList<>();
    try {
      while (true) {
        answers.add(read());
      }
    } catch (EOFException | SocketException closed) {
      return answers;
    }
  }

  /** The types of answers, as a word. */
  public static String types(List<Answer> answers) {
    StringBuilder types = new StringBuilder();
    answers.forEach(answer -> types.append(answer.type()));
    return types.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
