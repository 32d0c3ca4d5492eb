/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A SQL function as a value.
 *
 * @param name the SQL name
 * @param text what it computes, in a sentence or two
 * @param arguments the named arguments, in the order they are documented
 * @param result the result columns; for a row-wise function those it adds to the relation's
 * @param source where its definition stands: a paper with DOI, or a tool
 * @param example one statement that runs on the demo data
 * @param bodies what it does: at most one of each kind
 */
public record FunctionDescriptor(
    String name,
    String text,
    List<Argument> arguments,
    List<ResultColumn> result,
    String source,
    String example,
    List<Body> bodies) {

  public FunctionDescriptor {
    arguments = List.copyOf(arguments);
    result = List.copyOf(result);
    bodies = List.copyOf(bodies);
  }

  /** Whether it is one of the function's arguments. */
  boolean takes(Argument argument) {
    return arguments.contains(argument);
  }

  /** Whether the function has an argument of that name. */
  public boolean takes(String name) {
    for (Argument argument : arguments) {
      if (argument.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the function answers groups of rows. */
  public boolean takesGroups() {
    return takes(StudyArguments.PARTITION_BY);
  }

  /** The result columns of a call with {@code partition_by}, after those that name the group. */
  public List<ResultColumn> groupedResult() {
    List<ResultColumn> columns = new ArrayList<>(result);
    List<String> names = result.stream().map(ResultColumn::name).toList();
    if (body(Body.Summary.class).isPresent() && names.contains("estimate")) {
      columns.add(GroupRows.SHRUNK);
      columns.add(GroupRows.BETWEEN);
    }
    if (body(Body.Summary.class).isPresent() && !names.contains("warnings")) {
      columns.add(GroupRows.WARNINGS);
    }
    return List.copyOf(columns);
  }

  /** The body of the given kind, if the function has one. */
  public <B extends Body> Optional<B> body(Class<B> kind) {
    for (Body body : bodies) {
      if (kind.isInstance(body)) {
        return Optional.of(kind.cast(body));
      }
    }
    return Optional.empty();
  }

  /** Whether the function reads a relation. */
  public boolean takesRelation() {
    return body(Body.Summary.class).isPresent()
        || body(Body.RowWise.class).isPresent()
        || readsByModel();
  }

  /** Whether the function reads a relation by a stored model: it is called with both. */
  public boolean readsByModel() {
    return body(Body.ModelSummary.class).isPresent();
  }

  /** Whether the function reads a relation by a stored model for the model's features. */
  public boolean readsFeatures() {
    return body(Body.ModelSummary.class).map(Body.ModelSummary::readsFeatures).orElse(false);
  }

  /** Whether the function is scalar: called with a model's name, and gives one value. */
  public boolean isScalar() {
    return scores() || body(Body.ModelText.class).isPresent();
  }

  /** Whether the function is called with a model's name and one value per feature. */
  public boolean scores() {
    return body(Body.Scalar.class).isPresent();
  }

  /** Whether the function is called with a value of the treatment before the features. */
  public boolean takesDose() {
    return body(Body.Scalar.class).map(Body.Scalar::takesDose).orElse(false);
  }

  /** Whether a call keeps the values of {@code id}, or finds rows by them. */
  public boolean keepsIds(Arguments call) {
    return body(Body.Summary.class).map(summary -> summary.keepsIds(call)).orElse(false);
  }

  /** Whether the function stores a model under the name that {@code model} gives. */
  public boolean fits() {
    return merges() || body(Body.Summary.class).map(Body.Summary::stores).orElse(false);
  }

  /** Whether the function makes a model of stored models. */
  public boolean merges() {
    return body(Body.Merge.class).isPresent();
  }

  /** Whether calling the function changes the model store. */
  public boolean stores() {
    return fits() || body(Body.Registry.class).map(Body.Registry::stores).orElse(false);
  }
}
