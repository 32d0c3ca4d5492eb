/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What tells that a client knows a password, without the password: RFC 5802's StoredKey and
 * ServerKey, written as PostgreSQL writes them in pg_authid.
 */
public record Verifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
  static final int ITERATIONS = 4096;
  static final int SALT_BYTES = 16;
  private static final String HMAC = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final int MOST_ITERATIONS = 10_000_000;

  private static final Pattern TEXT =
      Pattern.compile("SCRAM-SHA-256\\$(\\d{1,9}):([^:$]+)\\$([^:$]+):([^:$]+)");

  /** The verifier of a password. */
  public static Verifier of(String password, byte[] salt, int iterations) {
    byte[] salted = salted(prepared(password), salt, iterations);
    return new Verifier(
        iterations,
        salt.clone(),
        sha256(hmac(salted, "Client Key".getBytes(StandardCharsets.US_ASCII))),
        hmac(salted, "Server Key".getBytes(StandardCharsets.US_ASCII)));
  }

  /** Reads {@code SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}; empty if it is none. */
  public static Optional<Verifier> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      Base64.Decoder base64 = Base64.getDecoder();
      int iterations = Integer.parseInt(matcher.group(1));
      byte[] stored = base64.decode(matcher.group(3));
      byte[] server = base64.decode(matcher.group(4));
      return iterations < 1
              || iterations > MOST_ITERATIONS
              || stored.length != KEY_BYTES
              || server.length != KEY_BYTES
          ? Optional.empty()
          : Optional.of(new Verifier(iterations, base64.decode(matcher.group(2)), stored, server));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /** As PostgreSQL writes it. */
  public String text() {
    Base64.Encoder base64 = Base64.getEncoder();
    return "SCRAM-SHA-256$%d:%s$%s:%s"
        .formatted(
            iterations,
            base64.encodeToString(salt),
            base64.encodeToString(storedKey),
            base64.encodeToString(serverKey));
  }

  /** SASLprep's normal form, so that a letter and its accents are one password however typed. */
  private static String prepared(String password) {
    return Normalizer.normalize(password, Normalizer.Form.NFKC);
  }

  /** RFC 5802's Hi: PBKDF2 of one block. */
  private static byte[] salted(String password, byte[] salt, int iterations) {
    try {
      byte[] key = password.getBytes(StandardCharsets.UTF_8);
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, HMAC));
      mac.update(salt);
      byte[] block = mac.doFinal(ByteBuffer.allocate(Integer.BYTES).putInt(1).array());
      byte[] result = block.clone();
      for (int i = 1; i < iterations; i++) {
        block = mac.doFinal(block);
        for (int b = 0; b < result.length; b++) {
          result[b] ^= block[b];
        }
      }
      return result;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no " + HMAC, e);
    }
  }

  static byte[] hmac(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no " + HMAC, e);
    }
  }

  static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no SHA-256", e);
    }
  }
}
