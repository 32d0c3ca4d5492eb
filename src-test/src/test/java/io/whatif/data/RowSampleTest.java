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
  @CsvSource({"10, 20, 10", "10, 10, 10", "11, 10, 6", "100000, 999, 991", "1, 1, 1"})
  void thereAreAtMostSoMany(long rows, long most, int size) {
    RowSample sample = RowSample.of(rows, most);
    assertThat(sample.size()).isEqualTo(size);
    assertThat(sample.isAll()).isEqualTo(rows <= most);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 7, 63, 64, 65, 5_000})
  void oneRowOfEachStretchIsReadWhicheverWay(long stride) {
    int rows = 30_011;
    RowSample sample = new RowSample(rows, stride);
    double[] drawn = rows(sample);
    for (int place = 0; place < drawn.length; place++) {
      assertThat((long) drawn[place] / stride).isEqualTo(place);
    }
    double[] numbers = IntStream.range(0, rows).asDoubleStream().toArray();
    Dataset data = Dataset.of(new Schema(List.of(new Column.Numeric("row", "DOUBLE"))), numbers);
    assertThat(Datasets.collect(data.at(sample), RowSampleTest::copy)).isEqualTo(drawn);
    double[] found = new double[sample.size()];
    Datasets.collect(
        data,
        (batch, into) ->
            sample.forEachIn(batch, (place, row) -> found[place] = batch.column(0)[row]));
    assertThat(found).isEqualTo(drawn);
  }

  private static void copy(Batch batch, double[] into) {
    System.arraycopy(batch.column(0), 0, into, 0, batch.rows());
  }

  /** A cycle as long as a stretch, which every so-manieth row would show one phase of. */
  @ParameterizedTest
  @ValueSource(longs = {7, 50})
  void rowsFollowNoCycle(long stride) {
    double[] phase =
        Arrays.stream(rows(new RowSample(1_000_000, stride))).map(row -> row % stride).toArray();
    // Of 20,000 or more uniform phases, five standard errors of the mean.
    double spread = Math.sqrt((stride * stride - 1) / 12.0 / phase.length);
    assertThat(Arrays.stream(phase).average().orElseThrow())
        .isCloseTo((stride - 1) / 2.0, within(5 * spread));
  }
}
