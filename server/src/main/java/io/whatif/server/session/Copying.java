/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.server.copy.CopyStatement;
import io.whatif.server.copy.RowReader;
import io.whatif.server.copy.RowWriter;
import io.whatif.server.dialect.Reading;
import io.whatif.server.value.Cell;
import io.whatif.server.value.Column;
import io.whatif.server.wire.BackendWriter;
import io.whatif.server.wire.FrontendMessage;
import io.whatif.server.wire.FrontendMessage.CopyData;
import io.whatif.server.wire.FrontendMessage.CopyDone;
import io.whatif.server.wire.FrontendMessage.CopyFail;
import io.whatif.server.wire.FrontendMessage.Flush;
import io.whatif.server.wire.FrontendMessage.Sync;
import io.whatif.server.wire.FrontendMessage.Terminate;
import io.whatif.server.wire.FrontendMessage.Unreadable;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** COPY FROM STDIN and TO STDOUT. No file is touched, so no setting need allow it. */
final class Copying {
  private static final int LOOK_EVERY = 512;

  private final Backend backend;

  Copying(Backend backend) {
    this.backend = backend;
  }

  /** Runs a statement. */
  void run(CopyStatement copy, String sql)
      throws SQLException, IOException, WireException, InterruptedException {
    long count;
    try {
      count = copy.in() ? in(copy) : out(copy);
    } catch (SQLException e) {
      throw Backend.told(e, sql, -1);
    }
    backend.out().commandComplete("COPY " + count);
  }

  private List<Column> columns(CopyStatement copy) throws SQLException {
    try (Statement statement = backend.connection().createStatement();
        ResultSet none = statement.executeQuery(copy.query() + " LIMIT 0")) {
      return Answer.columns(none.getMetaData(), List.of());
    }
  }

  private void begin(char type, int columns) throws IOException {
    BackendWriter out = backend.out();
    out.begin(type).int8(0).int16(columns);
    for (int i = 0; i < columns; i++) {
      out.int16(0);
    }
    out.end();
  }

  private long out(CopyStatement copy) throws SQLException, IOException, WireException {
    String query = backend.read(copy.query()) instanceof Reading.Run run ? run.sql() : copy.query();
    Streaming streaming = backend.streaming();
    streaming.set(!backend.transaction().isOpen() && Streaming.suits(Command.of(query), query));
    try {
      return out(copy, query);
    } catch (SQLException e) {
      if (!streaming.hides(e)) {
        throw e;
      }
      streaming.set(false);
      return out(copy, query);
    }
  }

  private long out(CopyStatement copy, String query)
      throws SQLException, IOException, WireException {
    try (Statement statement = backend.connection().createStatement()) {
      backend.execute(statement, query);
      try (ResultSet rows = statement.getResultSet()) {
        return out(copy, rows);
      }
    } finally {
      backend.running().end();
    }
  }

  private long out(CopyStatement copy, ResultSet rows)
      throws SQLException, IOException, WireException {
    List<Column> columns = Answer.columns(rows.getMetaData(), List.of());
    ZoneId zone = backend.zone();
    RowWriter writer = new RowWriter(copy.format());
    begin('H', columns.size());
    if (copy.format().header()) {
      line(writer.line(new ArrayList<>(columns.stream().map(Column::name).toList())));
    }
    long count = 0;
    List<@Nullable String> row = new ArrayList<>(columns.size());
    while (rows.next()) {
      row.clear();
      for (int i = 0; i < columns.size(); i++) {
        row.add(text(rows, columns.get(i), i + 1, zone));
      }
      line(writer.line(row));
      if (++count % LOOK_EVERY == 0) {
        backend.running().check();
      }
    }
    backend.out().empty('c');
    return count;
  }

  private static @Nullable String text(ResultSet rows, Column column, int index, ZoneId zone)
      throws SQLException, WireException {
    try {
      return Cell.text(rows, column, index, zone);
    } catch (DateTimeException e) {
      throw Answer.outOfRange(column);
    }
  }

  private void line(String line) throws IOException {
    backend.out().begin('d').bytes(line.getBytes(StandardCharsets.UTF_8)).end();
  }

  private long in(CopyStatement copy)
      throws SQLException, IOException, WireException, InterruptedException {
    List<Column> columns = columns(copy);
    backend.transaction().beginImplicit();
    begin('G', columns.size());
    backend.out().flush();
    CopyTarget target = new CopyTarget(backend, copy, columns);
    RowReader reader = new RowReader(copy.format(), target::add);
    Utf8 utf8 = new Utf8();
    while (true) {
      FrontendMessage message = backend.inbox().take();
      if (message instanceof CopyData data) {
        read(reader, utf8.decode(data.bytes(), false));
        target.insertIfFull();
      } else if (message instanceof CopyDone) {
        read(reader, utf8.decode(new byte[0], true));
        read(reader, null);
        if (reader.isOpen()) {
          throw bad("unterminated CSV quoted field");
        }
        return target.finish();
      } else if (message instanceof CopyFail fail) {
        throw new WireException(
            Report.error(SqlState.QUERY_CANCELED, "COPY from stdin failed: " + fail.reason()));
      } else if (!(message instanceof Flush) && !(message instanceof Sync)) {
        throw unexpected(message);
      }
    }
  }

  /** Reads a piece; null is the end. */
  private static void read(RowReader reader, @Nullable CharSequence piece) throws WireException {
    try {
      if (piece == null) {
        reader.end();
      } else {
        reader.read(piece);
      }
    } catch (UncheckedIOException e) {
      throw notText();
    }
  }

  private static WireException notText() {
    return new WireException(
        Report.error(
            SqlState.CHARACTER_NOT_IN_REPERTOIRE, "invalid byte sequence for encoding \"UTF8\""));
  }

  private static WireException unexpected(@Nullable FrontendMessage message) {
    if (message instanceof Unreadable unreadable) {
      return new WireException(unreadable.report());
    }
    boolean gone = message == null || message instanceof Terminate;
    return new WireException(
        Report.fatal(
            SqlState.PROTOCOL_VIOLATION,
            gone
                ? "unexpected EOF on client connection with an open transaction"
                : "unexpected message during COPY from stdin"));
  }

  static WireException bad(String message) {
    return new WireException(Report.error(SqlState.BAD_COPY_FILE_FORMAT, message));
  }

  /** Text of which a letter may be cut in two by the end of a piece. */
  private static final class Utf8 {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private ByteBuffer left = ByteBuffer.allocate(0);

    CharBuffer decode(byte[] bytes, boolean last) throws WireException {
      ByteBuffer in = ByteBuffer.allocate(left.remaining() + bytes.length);
      in.put(left).put(bytes).flip();
      CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
      CoderResult result = decoder.decode(in, out, last);
      if (result.isError()) {
        throw notText();
      }
      left = in;
      return out.flip();
    }
  }
}
