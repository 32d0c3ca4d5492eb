/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.data.Datasets;
import io.whatif.math.Mix;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FoldsTest {
  @Test
  void largeArmsAreDividedByTheHashOfTheKeyAlone() {
    Folds folds = Folds.byKey(Datasets.run(1), LongStream.range(0, 1000).toArray(), null, 5, 42);
    for (int i = 0; i < 1000; i++) {
      assertThat(folds.of(i)).isEqualTo(Mix.bucket(42, i, 5));
    }
  }

  private static Folds.Arms arms(byte[] of) {
    boolean[] present = new boolean[2];
    for (byte arm : of) {
      present[arm] = true;
    }
    return new Folds.Arms(of, present);
  }

  @Test
  void smallArmsAreSpreadEvenly() {
    byte[] arms = new byte[1000];
    for (int i = 0; i < 20; i++) {
      arms[i * 7] = 1;
    }
    Folds folds =
        Folds.byKey(Datasets.run(1), LongStream.range(0, 1000).toArray(), arms(arms), 5, 42);
    int[] treated = new int[5];
    int[] all = new int[5];
    for (int i = 0; i < 1000; i++) {
      treated[folds.of(i)] += arms[i];
      all[folds.of(i)]++;
    }
    assertThat(treated).containsOnly(4);
    assertThat(all).containsOnly(200);
  }

  @Test
  void rowsOfOneKeyShareAFold() {
    long[] keys = new long[300];
    byte[] arms = new byte[300];
    for (int i = 0; i < 300; i++) {
      keys[i] = i / 3;
      arms[i] = (byte) (i % 2);
    }
    Folds folds = Folds.byKey(Datasets.run(1), keys, arms(arms), 4, 1);
    for (int i = 0; i < 300; i++) {
      assertThat(folds.of(i)).isEqualTo(folds.of(i - i % 3));
    }
  }

  @Test
  void fewIdsOfManyRowsAreSpreadEvenly() {
    long[] keys = new long[12_000];
    byte[] arms = new byte[keys.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = i / 20;
      arms[i] = (byte) (keys[i] < 40 ? 1 : 0);
    }
    Folds folds = Folds.byKey(Datasets.run(1), keys, arms(arms), 5, 42);
    int[] treatedIds = new int[5];
    for (int i = 0; i < 40 * 20; i += 20) {
      treatedIds[folds.of(i)]++;
    }
    assertThat(treatedIds).containsOnly(8);
  }

  @Test
  void innerFoldsKeepIdsTogether() {
    long[] keys = LongStream.range(0, 600).map(i -> i / 3).toArray();
    InnerFolds inner = InnerFolds.of(Folds.byKey(Datasets.run(1), keys, null, 2, 42), 600);
    assertThat(inner.parts()).isEqualTo(3);
    for (int i = 0; i < 600; i++) {
      assertThat(inner.folds().of(i)).isEqualTo(inner.folds().of(i - i % 3));
    }
  }

  /** Leaving out 1 and judging on 2 fits the same rows as leaving out 2 and judging on 1. */
  @Test
  void splitsOnTheSameRowsAreFittedOnce() {
    InnerFolds five = InnerFolds.of(Folds.given(new int[10], 5), 10);
    assertThat(five.splits()).hasSize(20);
    assertThat(five.distinct()).hasSize(10);
    int[] mirrors = five.mirrors();
    for (int s = 0; s < 20; s++) {
      InnerFolds.Split split = five.splits().get(s);
      InnerFolds.Split mirror = five.splits().get(mirrors[s]);
      assertThat(mirror.outer()).isEqualTo(split.inner());
      for (int fold = 0; fold < 5; fold++) {
        assertThat(mirror.fits(fold)).isEqualTo(split.fits(fold));
      }
    }
    assertThat(InnerFolds.of(Folds.given(new int[10], 2), 10).distinct()).hasSize(6);
  }

  @Test
  void theOrderOfRowsDoesNotMatter() {
    long[] keys = LongStream.range(0, 200).toArray();
    long[] reversed = LongStream.range(0, 200).map(i -> 199 - i).toArray();
    Folds folds = Folds.byKey(Datasets.run(1), keys, null, 5, 9);
    Folds backwards = Folds.byKey(Datasets.run(1), reversed, null, 5, 9);
    for (int i = 0; i < 200; i++) {
      assertThat(backwards.of(199 - i)).isEqualTo(folds.of(i));
    }
  }

  @Test
  void oneFoldIsRefused() {
    assertThatThrownBy(() -> Folds.byKey(Datasets.run(1), new long[10], null, 1, 42))
        .hasToString(
            "folds => 1: a prediction needs rows outside its own fold. Use 2 or more, such as"
                + " 5.");
  }

  @Test
  void moreFoldsThanRowsAreRefused() {
    assertThatThrownBy(() -> Folds.byKey(Datasets.run(1), new long[] {1, 2}, null, 3, 42))
        .hasToString("folds => 3: there are only 2 rows to divide. Use fewer folds, or more rows.");
  }

  /** Of 3 folds there are enough rows, of 5 there are not: what is lacking are keys in both. */
  @Test
  void moreFoldsThanKeysAreRefused() {
    for (int count : new int[] {3, 5}) {
      assertThatThrownBy(
              () -> Folds.byKey(Datasets.run(1), new long[] {1, 1, 1, 2}, null, count, 42))
          .hasToString(
              "folds => "
                  + count
                  + ": there are only 2 ids or clusters to divide, and the rows of one share a fold."
                  + " Use fewer folds, or more ids or clusters.");
    }
  }
}
