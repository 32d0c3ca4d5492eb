/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The server's side of one SCRAM-SHA-256 exchange without channel binding. A name that is not known
 * goes through the same steps and fails at the last.
 */
public final class ScramExchange {
  public static final String MECHANISM = "SCRAM-SHA-256";
  private static final int NONCE_BYTES = 18;

  private final Verifier verifier;
  private final boolean known;
  private String header = "";
  private String nonce = "";
  private String clientFirst = "";
  private String serverFirst = "";

  public ScramExchange(Users users, String name) {
    Optional<Verifier> found = users.find(name);
    this.known = found.isPresent();
    this.verifier = found.orElseGet(() -> users.mock(name));
  }

  /** A message that breaks the exchange. */
  public static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message, null, false, false);
    }
  }

  /** Takes the client's first message and gives the server's. */
  public String first(String message) throws Malformed {
    int bare = message.indexOf(',', message.indexOf(',') + 1) + 1;
    char binding = message.isEmpty() ? ' ' : message.charAt(0);
    if (bare == 0 || (binding != 'n' && binding != 'y')) {
      throw new Malformed(
          binding == 'p'
              ? "channel binding is not supported"
              : "malformed SCRAM message: no header");
    }
    header = message.substring(0, bare);
    clientFirst = message.substring(bare);
    String client = attributes(clientFirst).get('r');
    if (client == null || client.isEmpty()) {
      throw new Malformed("malformed SCRAM message: no nonce");
    }
    byte[] random = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(random);
    nonce = client + Base64.getEncoder().encodeToString(random);
    serverFirst =
        "r=%s,s=%s,i=%d"
            .formatted(
                nonce, Base64.getEncoder().encodeToString(verifier.salt()), verifier.iterations());
    return serverFirst;
  }

  /**
   * Takes the client's last message and gives the server's; empty if the password is wrong or the
   * name is not known, which take the same time.
   */
  public Optional<String> last(String message) throws Malformed {
    int proofAt = message.lastIndexOf(",p=");
    Map<Character, String> attributes = attributes(message);
    String binding = attributes.get('c');
    if (proofAt < 0 || binding == null) {
      throw new Malformed("malformed SCRAM message: no proof");
    }
    String expected = Base64.getEncoder().encodeToString(header.getBytes(StandardCharsets.UTF_8));
    if (!binding.equals(expected) || !nonce.equals(attributes.get('r'))) {
      throw new Malformed("malformed SCRAM message: another exchange's");
    }
    byte[] signed =
        (clientFirst + "," + serverFirst + "," + message.substring(0, proofAt))
            .getBytes(StandardCharsets.UTF_8);
    byte[] key = Verifier.hmac(verifier.storedKey(), signed);
    byte[] proof = decode(message.substring(proofAt + 3));
    if (proof.length != key.length) {
      throw new Malformed("malformed SCRAM message: a proof of another length");
    }
    for (int i = 0; i < key.length; i++) {
      key[i] ^= proof[i];
    }
    boolean right = MessageDigest.isEqual(Verifier.sha256(key), verifier.storedKey());
    byte[] signature = Verifier.hmac(verifier.serverKey(), signed);
    return right && known
        ? Optional.of("v=" + Base64.getEncoder().encodeToString(signature))
        : Optional.empty();
  }

  private static byte[] decode(String base64) throws Malformed {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new Malformed("malformed SCRAM message: a proof that is no base64");
    }
  }

  private static Map<Character, String> attributes(String message) throws Malformed {
    Map<Character, String> attributes = new HashMap<>();
    for (String part : message.split(",", -1)) {
      if (part.length() < 2 || part.charAt(1) != '=') {
        throw new Malformed("malformed SCRAM message");
      }
      attributes.put(part.charAt(0), part.substring(2));
    }
    return attributes;
  }
}
