/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowSampleTest {
  private static double[] rows(RowSample sample) {
    return IntStream.range(0, sample.size()).mapToDouble(sample::row).toArray();
  }

  @ParameterizedTest
  @CsvSource({"10, 20, 10", "10, 10, 10", "11, 10, 10", "100000, 999, 999", "1, 1, 1"})
  void thereAreSoManyIfThereAreMore(long rows, long most, int size) {
    RowSample sample = RowSample.of(rows, most);
    assertThat(sample.size()).isEqualTo(size);
    assertThat(sample.isAll()).isEqualTo(rows <= most);
  }

  @ParameterizedTest
  @ValueSource(ints = {30_011, 30_010, 15_006, 5_000, 470, 466, 460, 7, 1})
  void oneRowOfEachStretchIsReadWhicheverWay(int size) {
    int rows = 30_011;
    RowSample sample = new RowSample(rows, size);
    double[] drawn = rows(sample);
    for (int place = 0; place < size; place++) {
      long start = (long) place * rows / size;
      long end = (place + 1L) * rows / size;
      assertThat((long) drawn[place]).isBetween(start, end - 1);
    }
    double[] numbers = IntStream.range(0, rows).asDoubleStream().toArray();
    Dataset data = Dataset.of(new Schema(List.of(new Column.Numeric("row", "DOUBLE"))), numbers);
    assertThat(Datasets.collect(data.at(sample), RowSampleTest::copy)).isEqualTo(drawn);
    Profile profile = Profile.of(Datasets.run(2), data, sample);
    assertThat(Datasets.collect(profile.copied(data), RowSampleTest::copy)).isEqualTo(drawn);
    assertThat(profile.copied(data.select(0))).isNull();
    double[] found = new double[sample.size()];
    Datasets.collect(data, (batch, into) -> sample.of(batch).copy(batch.column(0), found));
    assertThat(found).isEqualTo(drawn);
  }

  private static void copy(Batch batch, double[] into) {
    System.arraycopy(batch.column(0), 0, into, 0, batch.rows());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 999, 1_000})
  void aRowIsTakenIfItIsDrawn(int size) {
    RowSample sample = new RowSample(1_000, size);
    double[] taken = IntStream.range(0, 1_000).filter(sample::has).asDoubleStream().toArray();
    assertThat(taken).isEqualTo(rows(sample));
    assertThat(sample.of(IntStream.range(0, 1_000).asDoubleStream().toArray())).isEqualTo(taken);
  }

  /** A cycle as long as a stretch, which every so-manieth row would show one phase of. */
  @ParameterizedTest
  @ValueSource(longs = {7, 50})
  void rowsFollowNoCycle(long stride) {
    double[] phase =
        Arrays.stream(rows(RowSample.of(1_000_000, 1_000_000 / stride)))
            .map(row -> row % stride)
            .toArray();
    // Of 20,000 or more uniform phases, five standard errors of the mean.
    double spread = Math.sqrt((stride * stride - 1) / 12.0 / phase.length);
    assertThat(Arrays.stream(phase).average().orElseThrow())
        .isCloseTo((stride - 1) / 2.0, within(5 * spread));
  }
}
