/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;

/**
 * All causal work of a statement: its inputs are sessions and scores, each for calls of its own.
 */
public final class CausalStatementRel extends CausalRel {
  private final List<RelNode> inputs;

  CausalStatementRel(RelOptCluster cluster, List<? extends RelNode> inputs) {
    super(cluster, none(cluster));
    this.inputs = new ArrayList<>(inputs);
  }

  @Override
  public List<RelNode> getInputs() {
    return Collections.unmodifiableList(inputs);
  }

  @Override
  public void replaceInput(int ordinal, RelNode replacement) {
    inputs.set(ordinal, replacement);
    recomputeDigest();
  }

  @Override
  public String getRelTypeName() {
    return "CausalStatement";
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    super.explainTerms(writer);
    for (int i = 0; i < inputs.size(); i++) {
      writer.input("input" + i, inputs.get(i));
    }
    return writer;
  }

  @Override
  void describe(List<String> lines, String indent) {
    inputs.forEach(input -> ((CausalRel) input.stripped()).describe(lines, indent));
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new CausalStatementRel(getCluster(), inputs);
  }
}
