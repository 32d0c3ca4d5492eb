/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

/**
 * Binary trees as arrays, one entry a node. A row goes left where its input, rounded to a float, is
 * below the node's value, right where it is not, and where the node says if the input is NULL. At
 * the end of its way the node's value is what the tree gives.
 *
 * @param roots the first node of each tree
 * @param input which input a node looks at; {@value #LEAF} at the end of the way
 * @param value what the input is compared with, or what the tree gives
 * @param left the node to the left
 * @param right the node to the right
 * @param missing the node a NULL goes to
 */
public record Trees(
    int[] roots, int[] input, float[] value, int[] left, int[] right, int[] missing) {
  /** The input of a node that is a leaf. */
  public static final int LEAF = -1;

  public Trees {
    int nodes = input.length;
    if (value.length != nodes
        || left.length != nodes
        || right.length != nodes
        || missing.length != nodes) {
      throw new IllegalArgumentException("arrays of nodes of different lengths");
    }
    for (int n = 0; n < nodes; n++) {
      boolean forward = left[n] > n && right[n] > n && left[n] < nodes && right[n] < nodes;
      if (input[n] != LEAF && !(forward && (missing[n] == left[n] || missing[n] == right[n]))) {
        throw new IllegalArgumentException("node " + n + " has no way on");
      }
    }
  }

  /** How many trees there are. */
  public int count() {
    return roots.length;
  }

  /**
   * Adds what the trees give, tree by tree and in floats, as they were grown.
   *
   * @param inputs rows, one after the other
   * @param width inputs of a row
   * @param into one sum for each row
   */
  public void add(float[] inputs, int width, int rows, float[] into) {
    for (int root : roots) {
      for (int r = 0; r < rows; r++) {
        into[r] += leaf(root, inputs, r * width);
      }
    }
  }

  private float leaf(int root, float[] inputs, int at) {
    int node = root;
    while (input[node] != LEAF) {
      float x = inputs[at + input[node]];
      node = x < value[node] ? left[node] : Float.isNaN(x) ? missing[node] : right[node];
    }
    return value[node];
  }
}
