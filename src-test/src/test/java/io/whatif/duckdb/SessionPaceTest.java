/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.MemoryBudget;
import io.whatif.data.Run;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class SessionPaceTest {
  private static final Progress.Load LOAD = new Progress.Load(12_345, 0, 0, 2);

  private final SessionPace pace = new SessionPace();

  /** A run that tells the pace, as a session's does. */
  private record Telling(SessionPace pace) implements Run {
    @Override
    public void checkCancelled() {}

    @Override
    public void reached(String phase, double share) {
      pace.reached(phase, share);
    }

    @Override
    public MemoryBudget memory() {
      return MemoryBudget.unlimited();
    }

    @Override
    public int threads() {
      return 1;
    }
  }

  private static CallSpec call(String function) {
    return new CallSpec(function, Map.of("model", "m"), "FROM t", null, null);
  }

  private Progress now() {
    return pace.now(1, LOAD);
  }

  @Test
  void whileRowsAreReadTheShareIsNotKnown() {
    pace.reading(call("cate_fit"));
    assertThat(now().share()).isNaN();
    assertThat(now().time().left()).isNaN();
    assertThat(now().text()).isEqualTo("cate_fit 12,345 rows, 0 s: reading rows");
    assertThat(now().call()).isEqualTo(new Progress.Call("cate_fit", "m", "FROM t"));
  }

  @Test
  void partsOfPartsAreSharesOfTheWhole() {
    Run run = pace.answering(call("ate"), new Telling(pace), 1);
    assertThat(now().share()).isEqualTo(0.1);
    Run second = run.step("repetition", 1, 2);
    assertThat(now().phase()).isEqualTo("repetition 2 of 2");
    assertThat(now().share()).isCloseTo(0.55, within(1e-12));
    second.part("treatment", 0, 0.5).progress("trees", 120, 500);
    assertThat(now().phase()).isEqualTo("repetition 2 of 2: treatment: trees 120 of 500");
    assertThat(now().share()).isCloseTo(0.55 + 0.45 * 0.5 * 0.24, within(1e-12));
  }

  @Test
  void aSingleStepIsNotTold() {
    Run run = pace.answering(call("ate"), new Telling(pace), 1);
    assertThat(run.step("repetition", 0, 1)).isSameAs(run);
  }

  @Test
  void theShareNeverFalls() {
    Run run = pace.answering(call("ate"), new Telling(pace), 1);
    run.reached("late", 0.5);
    run.reached("early", 0.2);
    assertThat(now().phase()).isEqualTo("early");
    assertThat(now().share()).isCloseTo(0.55, within(1e-12));
    run.reached("more than all", 7);
    assertThat(now().share()).isEqualTo(1);
  }

  @Test
  void severalCallsShareTheWork() {
    Run run = new Telling(pace);
    pace.answering(call("ate"), run, 3).reached("end", 1);
    assertThat(now().share()).isCloseTo(0.4, within(1e-12));
    pace.answering(call("balance"), run, 3);
    assertThat(now().call().function()).isEqualTo("balance");
    assertThat(now().share()).isCloseTo(0.4, within(1e-12));
    pace.answering(call("dml_summary"), run, 3).reached("end", 1);
    assertThat(now().share()).isCloseTo(1, within(1e-12));
  }

  @Test
  void whatIsLeftIsToldWhenSomeIsDoneAndSomeTimeHasPassed() {
    Run run = pace.answering(call("ate"), new Telling(pace), 1);
    run.reached("half", 0.5);
    assertThat(now().time().left()).isNaN();
    LockSupport.parkNanos(600_000_000);
    Progress now = now();
    // half is done in the time since the rows were read, so as much is left; all that time is here
    assertThat(now.time().left()).isCloseTo(now.time().elapsed(), within(0.1));
    assertThat(now.text()).matches("ate 55%, \\d s, about \\d s left: half");
    assertThat(now.stoppedText()).matches("ate stopped at 55% after \\d s: half");
  }

  @Test
  void optionsOfLearnersAreLeftOut() {
    Run run = pace.answering(call("ate"), new Telling(pace), 1);
    run.progress("isotonic(gbt(trees=200, depth=3)): folds done", 2, 5);
    assertThat(now().phase()).isEqualTo("isotonic: folds done 2 of 5");
    run.reached("unclosed (bracket", 0.5);
    assertThat(now().phase()).isEqualTo("unclosed (bracket");
  }

  @Test
  void timeIsToldAsPeopleSayIt() {
    assertThat(text(59)).contains("59 s");
    assertThat(text(125)).contains("2 min 5 s");
    assertThat(text(7_300)).contains("2 h 1 min");
  }

  private static String text(double elapsed) {
    Progress.Call call = new Progress.Call("ate", null, null);
    return new Progress(1, call, "trees", 0.5, new Progress.Time(elapsed, Double.NaN), LOAD).text();
  }
}
