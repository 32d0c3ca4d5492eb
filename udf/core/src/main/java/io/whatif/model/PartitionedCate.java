/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An effect fitted for each group of rows on its own. The keys that tell the group come first among
 * the features. A row of a group that was not seen, or could not be fitted, has no effect; NULL is
 * a key like others.
 *
 * <p>Scoring costs a look-up a row, and the groups' own models over the rows of each.
 */
public final class PartitionedCate implements CateModel {
  private final List<Feature> keys;
  private final List<Group> groups;
  private final List<Feature> features;
  private final double level;

  /** The place of each group by its key. */
  private final Map<Key, Integer> index = new HashMap<>();

  /** For each group and feature, where all groups' categories stand among its own. */
  private final double[][][] places;

  /**
   * One group.
   *
   * @param key its value of each key: a number, a text's place in its categories, NaN for NULL
   * @param model its effect, null if it could not be fitted
   */
  public record Group(double[] key, @Nullable CateModel model) {}

  /**
   * Makes a model of its parts.
   *
   * @param keys what tells the group; those that are texts have all groups' texts as categories
   * @param groups one for each group
   * @param features the keys, then the features of the groups' models, texts with the categories of
   *     all of them
   * @param level of the intervals
   */
  public PartitionedCate(
      List<Feature> keys, List<Group> groups, List<Feature> features, double level) {
    this.keys = List.copyOf(keys);
    this.groups = List.copyOf(groups);
    this.features = List.copyOf(features);
    this.level = level;
    this.places = new double[groups.size()][][];
    for (int g = 0; g < groups.size(); g++) {
      index.put(Key.of(groups.get(g).key()), g);
      CateModel model = groups.get(g).model();
      places[g] = new double[model == null ? 0 : model.features().size()][];
      for (int f = 0; f < places[g].length && model != null; f++) {
        places[g][f] = places(features.get(keys.size() + f), model.features().get(f));
      }
    }
  }

  /**
   * The model of all groups, at least one of which has been fitted.
   *
   * @param keys what tells the group
   */
  public static PartitionedCate of(List<Feature> keys, List<Group> groups) {
    List<CateModel> models = new ArrayList<>();
    for (Group group : groups) {
      CateModel model = group.model();
      if (model != null) {
        models.add(model);
      }
    }
    List<Feature> features = new ArrayList<>(keys);
    List<Feature> first = models.get(0).features();
    for (int f = 0; f < first.size(); f++) {
      TreeSet<String> categories = new TreeSet<>();
      for (CateModel model : models) {
        categories.addAll(model.features().get(f).categories());
      }
      features.add(
          new Feature(first.get(f).name(), first.get(f).sqlType(), List.copyOf(categories)));
    }
    return new PartitionedCate(keys, groups, features, models.get(0).level());
  }

  /** The same groups with what is made of each one's effect, which takes the same features. */
  public PartitionedCate each(UnaryOperator<CateModel> made) {
    return new PartitionedCate(keys, made(made), features, level);
  }

  private List<Group> made(UnaryOperator<CateModel> made) {
    List<Group> own = new ArrayList<>();
    for (Group group : groups) {
      CateModel model = group.model();
      own.add(new Group(group.key(), model == null ? null : made.apply(model)));
    }
    return own;
  }

  /** As {@link #each}, of effects that name no arm and no value of the treatment any more. */
  PartitionedCate eachWithoutArms(UnaryOperator<CateModel> made) {
    List<Feature> own = features.stream().filter(f -> !ArmsCate.namesArm(f)).toList();
    return new PartitionedCate(keys, made(made), own, level);
  }

  /** What tells the group: the first of the features. */
  public List<Feature> keys() {
    return keys;
  }

  /** All groups, in the order of their keys. */
  public List<Group> groups() {
    return groups;
  }

  @Override
  public List<Feature> features() {
    return features;
  }

  @Override
  public double level() {
    return level;
  }

  /** What a group's model computes. */
  @FunctionalInterface
  private interface Figure {
    void compute(CateModel model, double[][] features, int rows, double[] into);
  }

  @Override
  public void effect(double[][] columns, int rows, double[] into) {
    score(columns, rows, into, CateModel::effect);
  }

  @Override
  public void standardError(double[][] columns, int rows, double[] into) {
    score(columns, rows, into, CateModel::standardError);
  }

  /** A group that was not seen, or not fitted, supports nothing; a NULL that is no key is NaN. */
  @Override
  public void support(double[][] columns, int rows, double[] into) {
    score(columns, rows, into, CateModel::support);
    int[] group = groupOf(columns, rows);
    for (int i = 0; i < rows; i++) {
      boolean fitted = group[i] >= 0 && groups.get(group[i]).model() != null;
      boolean missing = false;
      for (int k = 0; k < keys.size(); k++) {
        missing |= group[i] < 0 && Double.isNaN(columns[k][i]);
      }
      if (!fitted && !missing) {
        into[i] = 0;
      }
    }
  }

  /** Gathers the rows of each group, has them scored by its model, and puts the figures back. */
  private void score(double[][] columns, int rows, double[] into, Figure figure) {
    Arrays.fill(into, 0, rows, Double.NaN);
    byGroup(
        columns,
        rows,
        (part, model, gathered) -> {
          double[] figures = new double[part.rows().length];
          figure.compute(model, gathered, figures.length, figures);
          for (int j = 0; j < figures.length; j++) {
            into[part.rows()[j]] = figures[j];
          }
        });
  }

  /** The rows of one group, by their places. */
  private record Part(int group, int[] rows) {}

  /** What is done with a group's rows, whose features its model takes. */
  private interface Step {
    void take(Part part, CateModel model, double[][] features);
  }

  /** Hands the rows of each group that has a model to {@code step}. */
  private void byGroup(double[][] columns, int rows, Step step) {
    int[] group = groupOf(columns, rows);
    int[] from = new int[groups.size() + 1];
    for (int i = 0; i < rows; i++) {
      if (group[i] >= 0) {
        from[group[i] + 1]++;
      }
    }
    for (int g = 0; g < groups.size(); g++) {
      from[g + 1] += from[g];
    }
    int[] members = new int[from[groups.size()]];
    int[] next = from.clone();
    for (int i = 0; i < rows; i++) {
      if (group[i] >= 0) {
        members[next[group[i]]++] = i;
      }
    }
    for (int g = 0; g < groups.size(); g++) {
      CateModel model = groups.get(g).model();
      if (from[g + 1] > from[g] && model != null) {
        Part part = new Part(g, Arrays.copyOfRange(members, from[g], from[g + 1]));
        step.take(part, model, gather(g, columns, part.rows()));
      }
    }
  }

  @Override
  public GradientSum gradients() {
    return new GroupSums(this);
  }

  /** The sums of each group, whose models were fitted to other rows each. */
  static final class GroupSums implements GradientSum {
    private final PartitionedCate model;
    private final Map<Integer, GradientSum> sums = new TreeMap<>();

    private GroupSums(PartitionedCate model) {
      this.model = model;
    }

    @Override
    public void add(double[][] features, int rows) {
      model.byGroup(
          features,
          rows,
          (part, effect, own) ->
              sums.computeIfAbsent(part.group(), none -> effect.gradients())
                  .add(own, part.rows().length));
    }

    @Override
    public void merge(GradientSum other) {
      ((GroupSums) other)
          .sums.forEach(
              (group, sum) -> {
                GradientSum own = sums.putIfAbsent(group, sum);
                if (own != null) {
                  own.merge(sum);
                }
              });
    }

    @Override
    public double variance() {
      double variance = 0;
      for (GradientSum sum : sums.values()) {
        variance += sum.variance();
      }
      return variance;
    }
  }

  /** The features of some rows of one group, texts as its model codes them. */
  private double[][] gather(int group, double[][] columns, int[] members) {
    double[][] gathered = new double[places[group].length][members.length];
    for (int f = 0; f < gathered.length; f++) {
      double[] column = columns[keys.size() + f];
      double[] place = places[group][f];
      for (int j = 0; j < members.length; j++) {
        double value = column[members[j]];
        gathered[f][j] = place.length == 0 || Double.isNaN(value) ? value : place[(int) value];
      }
    }
    return gathered;
  }

  /** Where the categories of all groups stand among those of one; empty of a number. */
  private static double[] places(Feature all, Feature own) {
    if (!all.isCategorical()) {
      return new double[0];
    }
    int known = own.categories().size();
    double[] place = new double[all.categories().size() + 1];
    for (int c = 0; c < place.length - 1; c++) {
      int found = Collections.binarySearch(own.categories(), all.categories().get(c));
      place[c] = found < 0 ? known : found;
    }
    place[place.length - 1] = known;
    return place;
  }

  /** The place of each row's group, -1 if there is none. */
  private int[] groupOf(double[][] columns, int rows) {
    int[] group = new int[rows];
    double[] key = new double[keys.size()];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < key.length; k++) {
        key[k] = columns[k][i];
      }
      Integer place = index.get(Key.of(key));
      group[i] = place == null ? -1 : place;
    }
    return group;
  }

  /** A key that compares by its values: -0 as 0, every NaN as one. */
  private record Key(List<Long> bits) {
    static Key of(double[] values) {
      List<Long> bits = new ArrayList<>(values.length);
      for (double value : values) {
        bits.add(Double.doubleToLongBits(value + 0.0));
      }
      return new Key(bits);
    }
  }
}
