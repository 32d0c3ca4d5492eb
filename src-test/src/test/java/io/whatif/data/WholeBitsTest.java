/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.math.Mix;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholeBitsTest {
  private static void check(long bits, double nearest) {
    double last = WholeBits.isFar(nearest) ? bits & WholeBits.LAST : Double.NaN;
    assertThat(WholeBits.of(nearest, last)).isEqualTo(bits);
  }

  private static void check(long bits) {
    check(bits, (double) bits);
    check(bits, new BigInteger(Long.toUnsignedString(bits)).doubleValue());
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        WholeBits.EXACT,
        1L << 53,
        1L << 54,
        1L << 60,
        1L << 62,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        -WholeBits.EXACT,
        -(1L << 53),
        -(1L << 61)
      })
  void numbersAboutEveryPowerAreTold(long about) {
    for (int apart = -5000; apart <= 5000; apart++) {
      check(about + apart);
    }
  }

  @Test
  void soAreNumbersOfTheWholeRange() {
    for (int i = 0; i < 100_000; i++) {
      check(Mix.mix(3, i));
      check(Mix.mix(4, i) >> 9);
    }
  }

  @Test
  void aDoubleThatIsNotFarStandsForOneNumberAlone() {
    assertThat(WholeBits.isFar(WholeBits.EXACT)).isFalse();
    assertThat(WholeBits.isFar(-WholeBits.EXACT)).isFalse();
    assertThat(WholeBits.isFar((double) (WholeBits.EXACT + 1))).isTrue();
    assertThat((double) (WholeBits.EXACT + 1)).isEqualTo((double) (WholeBits.EXACT + 2));
  }
}
