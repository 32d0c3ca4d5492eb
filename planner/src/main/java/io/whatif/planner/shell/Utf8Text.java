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

  /** No statement has it, and text in UTF-16 has one after each letter of ASCII. */
  private static final char NUL = '\0';

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
    int wrong = wrong(text, bytes);
    if (wrong < 0) {
      return text;
    }
    int line = before + SourcePosition.at(text, wrong).line();
    throw new IOException(
        source + " is not text in UTF-8 (line " + line + "). Save it in that encoding.");
  }

  /** Where the text stops to be one, or -1. */
  private static int wrong(String text, byte[] bytes) {
    int nul = text.indexOf(NUL);
    if (nul >= 0 || text.indexOf(REPLACEMENT) < 0) {
      return nul;
    }
    CharBuffer well = CharBuffer.allocate(bytes.length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    return decoder.decode(ByteBuffer.wrap(bytes), well, true).isError()
        ? well.position()
        : -1; // The text has that letter itself.
  }
}
