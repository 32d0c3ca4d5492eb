/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpareTest {
  private final Spare<double[]> spare = new Spare<>(() -> new double[3]);

  @Test
  void whatIsInUseIsNotTakenAgain() {
    double[] one = spare.take();
    double[] other = spare.take();
    assertThat(other).isNotSameAs(one);
    spare.giveBack(one);
    assertThat(spare.take()).isSameAs(one);
  }

  @Test
  void allThatWereGivenBackAreSeenUntilTheyAreForgotten() {
    spare.giveBack(new double[1]);
    spare.giveBack(new double[2]);
    List<Integer> lengths = new ArrayList<>();
    spare.forEach(each -> lengths.add(each.length));
    assertThat(lengths).containsExactlyInAnyOrder(1, 2);
    spare.clear();
    assertThat(spare.take()).hasSize(3);
  }
}
