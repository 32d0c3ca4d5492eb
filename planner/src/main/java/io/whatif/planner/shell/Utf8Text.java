/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.planner.sql.SourcePosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** Statements as bytes, which must be UTF-8: a letter that is lost would change what they say. */
final class Utf8Text {
  private static final char REPLACEMENT = '\ufffd';

  private Utf8Text() {}

  /**
   * The text that bytes hold.
   *
   * @param source what they come from, as it is to be told
   * @param before lines of it that come before them
   * @throws IOException naming source and line, if they are not UTF-8
   */
  static String of(byte[] bytes, String source, int before) throws IOException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) < 0) {
      return text;
    }
    CharBuffer well = CharBuffer.allocate(bytes.length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    if (!decoder.decode(ByteBuffer.wrap(bytes), well, true).isError()) {
      return text; // which has that letter itself
    }
    String start = well.flip().toString();
    int line = before + SourcePosition.at(start, start.length()).line();
    throw new IOException(
        source + " is not text in UTF-8 (line " + line + "). Save it in that encoding.");
  }
}
