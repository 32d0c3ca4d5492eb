/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.whatif.model.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Reads the trees out of a model as XGBoost writes it in JSON: in {@code
 * learner.gradient_booster.model.trees} each is a set of arrays with one entry a node, where the
 * values of leaves stand among the split conditions, and children are counted from the tree's own
 * root, -1 below a leaf. A model is large, so it is read token by token, and only these arrays.
 *
 * <p>Source: XGBoost 3.0, doc/model.schema.
 */
final class BoosterJson {
  private static final String DEFAULT_LEFT = "default_left";
  private static final String LEFT = "left_children";
  private static final String RIGHT = "right_children";
  private static final String CONDITIONS = "split_conditions";
  private static final String INDICES = "split_indices";

  private final int most;
  private int[] roots = new int[16];
  private int count;
  private int nodes;
  private int[] input = new int[256];
  private int[] left = new int[256];
  private int[] right = new int[256];
  private int[] missing = new int[256];
  private float[] value = new float[256];

  private BoosterJson(int most) {
    this.most = most;
  }

  /** The first {@code count} trees. */
  static Trees trees(byte[] json, int count) {
    BoosterJson reader = new BoosterJson(count);
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.FIELD_NAME && parser.currentName().equals("trees")) {
          parser.nextToken();
          reader.readTrees(parser);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return reader.trees();
  }

  private void readTrees(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.START_OBJECT && count < most) {
      if (count == roots.length) {
        roots = Arrays.copyOf(roots, 2 * count);
      }
      roots[count++] = nodes;
      readTree(parser);
    }
  }

  /** Reads the arrays of one tree; their places are those of the next nodes. */
  private void readTree(JsonParser parser) throws IOException {
    int size = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case DEFAULT_LEFT -> size = readWhole(parser, 0);
        case LEFT -> size = readWhole(parser, 1);
        case RIGHT -> size = readWhole(parser, 2);
        case INDICES -> size = readWhole(parser, 3);
        case CONDITIONS -> size = readValues(parser);
        default -> parser.skipChildren();
      }
    }
    for (int n = nodes; n < nodes + size; n++) {
      boolean leaf = left[n] < 0;
      left[n] = leaf ? 0 : nodes + left[n];
      right[n] = leaf ? 0 : nodes + right[n];
      missing[n] = missing[n] != 0 ? left[n] : right[n];
      input[n] = leaf ? Trees.LEAF : input[n];
    }
    nodes += size;
  }

  private int readWhole(JsonParser parser, int which) throws IOException {
    int at = nodes;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      makeRoom(at);
      int[] into =
          switch (which) {
            case 0 -> missing;
            case 1 -> left;
            case 2 -> right;
            default -> input;
          };
      into[at++] = parser.getIntValue();
    }
    return at - nodes;
  }

  /** By their text, so that each comes back to the same float. */
  private int readValues(JsonParser parser) throws IOException {
    int at = nodes;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      makeRoom(at);
      value[at++] = Float.parseFloat(parser.getText());
    }
    return at - nodes;
  }

  private void makeRoom(int at) {
    if (at == input.length) {
      input = Arrays.copyOf(input, 2 * at);
      left = Arrays.copyOf(left, 2 * at);
      right = Arrays.copyOf(right, 2 * at);
      missing = Arrays.copyOf(missing, 2 * at);
      value = Arrays.copyOf(value, 2 * at);
    }
  }

  private Trees trees() {
    return new Trees(
        Arrays.copyOf(roots, count),
        Arrays.copyOf(input, nodes),
        Arrays.copyOf(value, nodes),
        Arrays.copyOf(left, nodes),
        Arrays.copyOf(right, nodes),
        Arrays.copyOf(missing, nodes));
  }
}
