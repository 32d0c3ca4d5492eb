/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named argument of a SQL function: what it takes, what it means, what holds when it is left out.
 * Equal to itself alone: functions that share an argument share the object, and an argument that
 * another function means otherwise is another one, even of the same name.
 */
public final class Argument {
  private final String name;
  private final Type type;
  private final String text;
  private final @Nullable Object fallback;
  private final List<String> aliases;
  private final List<String> choices;
  private final boolean required;

  private Argument(
      String name,
      Type type,
      String text,
      @Nullable Object fallback,
      List<String> aliases,
      List<String> choices,
      boolean required) {
    this.name = name;
    this.type = type;
    this.text = text;
    this.fallback = fallback;
    this.aliases = aliases;
    this.choices = choices;
    this.required = required;
  }

  /** What values an argument takes. */
  public enum Type {
    /** The name of one column. */
    COLUMN("a column name"),
    /** Names of columns, or one {@code COLUMNS(regex)}. */
    COLUMNS("a list of column names"),
    /** Names of stored models. */
    NAMES("a list of names"),
    TEXT("a string"),
    /** One of the choices. */
    WORD("one of the words"),
    NUMBER("a number"),
    INTEGER("a whole number"),
    BOOLEAN("true or false"),
    NUMBER_OR_WORD("a number or one of the words"),
    /** Any single SQL value, kept as text. */
    VALUE("a value");

    private final String text;

    Type(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /** As written before {@code =>}. */
  public String name() {
    return name;
  }

  /** What values it takes. */
  public Type type() {
    return type;
  }

  /** One sentence for docs/functions.md. */
  public String text() {
    return text;
  }

  /** The value when not given, null for none. */
  public @Nullable Object fallback() {
    return fallback;
  }

  /** Other spellings. */
  public List<String> aliases() {
    return aliases;
  }

  /** The words a {@link Type#WORD} or {@link Type#NUMBER_OR_WORD} may be, empty for any. */
  public List<String> choices() {
    return choices;
  }

  /** Whether leaving it out is an error. */
  public boolean required() {
    return required;
  }

  /** Whether {@code written} is its name or one of its aliases, in any case. */
  public boolean isCalled(String written) {
    if (name.equalsIgnoreCase(written)) {
      return true;
    }
    for (String alias : aliases) {
      if (alias.equalsIgnoreCase(written)) {
        return true;
      }
    }
    return false;
  }

  /** An argument that may be left out. */
  public static Argument optional(String name, Type type, String text) {
    return new Argument(name, type, text, null, List.of(), List.of(), false);
  }

  /** An argument that must be given. */
  public static Argument required(String name, Type type, String text) {
    return new Argument(name, type, text, null, List.of(), List.of(), true);
  }

  public Argument withDefault(Object value) {
    return new Argument(name, type, text, value, aliases, choices, required);
  }

  public Argument withAliases(String... others) {
    return new Argument(name, type, text, fallback, List.of(others), choices, required);
  }

  public Argument withChoices(String... words) {
    return new Argument(name, type, text, fallback, aliases, List.of(words), required);
  }

  /** The same that takes several columns. */
  Argument listed() {
    return new Argument(
        name,
        Type.COLUMNS,
        text + " Or several: a list, or COLUMNS(regex).",
        fallback,
        aliases,
        choices,
        required);
  }
}
