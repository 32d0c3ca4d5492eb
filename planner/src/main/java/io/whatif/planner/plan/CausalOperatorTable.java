/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.function.FunctionDescriptor;
import io.whatif.function.ResultColumn;
import java.util.List;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.util.SqlOperatorTables;

/** Calcite's operators for a list of functions, one for each; nothing is written twice. */
public final class CausalOperatorTable {
  private CausalOperatorTable() {}

  /** The operators of {@code functions}, in their order. */
  public static SqlOperatorTable of(List<FunctionDescriptor> functions) {
    return SqlOperatorTables.of(functions.stream().map(CausalOperatorTable::operator).toList());
  }

  private static SqlOperator operator(FunctionDescriptor function) {
    return function.isScalar() ? scalar(function) : new CausalTableFunction(function);
  }

  /** A scoring function: the model's name, and one value for each of its features. */
  private static SqlFunction scalar(FunctionDescriptor function) {
    ResultColumn result = function.result().get(0);
    return new SqlFunction(
        function.name(),
        SqlKind.OTHER_FUNCTION,
        binding -> CausalTableFunction.type(binding.getTypeFactory(), result.type()),
        null,
        OperandTypes.ONE_OR_MORE,
        SqlFunctionCategory.USER_DEFINED_FUNCTION);
  }
}
