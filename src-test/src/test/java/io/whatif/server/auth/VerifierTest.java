/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;

final class VerifierTest {
  /**
   * RFC 7677, section 3: user "user", password "pencil"; the proof and the server's signature are
   * those of the document, from which StoredKey and ServerKey follow.
   */
  @Test
  void theExampleOfRfc7677IsVerified() {
    Verifier verifier =
        Verifier.of("pencil", Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
    String signed =
        "n=user,r=rOprNGfwEbeRWgbNEkqO,"
            + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
            + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    byte[] message = signed.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThat(Verifier.hmac(verifier.serverKey(), message))
        .isEqualTo(Base64.getDecoder().decode("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    byte[] key = Verifier.hmac(verifier.storedKey(), message);
    byte[] proof = Base64.getDecoder().decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    for (int i = 0; i < key.length; i++) {
      key[i] ^= proof[i];
    }
    assertThat(Verifier.sha256(key)).isEqualTo(verifier.storedKey());
  }

  @Test
  void aVerifierIsReadAsItIsWritten() {
    Verifier verifier = Verifier.of("p\u00e4ss", new byte[] {1, 2, 3}, 4096);
    Verifier again = Verifier.parse(verifier.text()).orElseThrow();
    assertThat(again.text()).isEqualTo(verifier.text());
    assertThat(verifier.text()).startsWith("SCRAM-SHA-256$4096:AQID$");
  }

  @Test
  void whatIsNoVerifierIsNotRead() {
    assertThat(Verifier.parse("md5abcdef")).isEmpty();
    assertThat(Verifier.parse("SCRAM-SHA-256$0:AQID$AAAA:AAAA")).isEmpty();
    assertThat(Verifier.parse("SCRAM-SHA-256$4096:???$AAAA:AAAA")).isEmpty();
  }
}
