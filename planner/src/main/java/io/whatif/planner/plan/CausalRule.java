/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.RelRule;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.tools.RelBuilderFactory;

/** A rule over one kind of node; what is below the node the rule looks at itself. */
abstract class CausalRule extends RelRule<CausalRule.Config> {

  CausalRule(Class<? extends RelNode> node, String name) {
    super(new Config(name, builder -> builder.operand(node).anyInputs()));
  }

  /** The least that Calcite asks of a rule's configuration. */
  record Config(String description, OperandTransform operandSupplier) implements RelRule.Config {
    @Override
    public RelOptRule toRule() {
      throw new IllegalStateException(description + " is made by its own constructor");
    }

    @Override
    public RelRule.Config withRelBuilderFactory(RelBuilderFactory factory) {
      return this;
    }

    @Override
    public RelRule.Config withDescription(String other) {
      return new Config(other, operandSupplier);
    }

    @Override
    public RelRule.Config withOperandSupplier(OperandTransform other) {
      return new Config(description, other);
    }
  }
}
