/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpareTest {
  private final Spare<double[]> spare = new Spare<>();

  @Test
  void whatIsInUseIsNotTakenAgain() {
    double[] one = spare.take(() -> new double[1]);
    double[] other = spare.take(() -> new double[1]);
    assertThat(other).isNotSameAs(one);
    spare.giveBack(one);
    assertThat(spare.take(() -> new double[1])).isSameAs(one);
  }

  @Test
  void whatDoesNotFitIsMadeAnew() {
    spare.giveBack(new double[1]);
    assertThat(spare.take(known -> known.length >= 2, () -> new double[2])).hasSize(2);
    assertThat(spare.take(known -> known.length >= 1, () -> new double[3])).hasSize(3);
  }

  @Test
  void allThatWereGivenBackAreSeenUntilTheyAreForgotten() {
    spare.giveBack(new double[1]);
    spare.giveBack(new double[2]);
    List<Integer> lengths = new ArrayList<>();
    spare.forEach(each -> lengths.add(each.length));
    assertThat(lengths).containsExactlyInAnyOrder(1, 2);
    spare.clear();
    assertThat(spare.take(() -> new double[3])).hasSize(3);
  }
}
