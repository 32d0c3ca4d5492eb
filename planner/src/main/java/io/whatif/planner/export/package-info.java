/**
 * Fitted effects as SQL text that needs no Whatif: expressions over columns, built as Calcite's SQL
 * trees and written in the dialect of a database.
 */
@NullMarked
package io.whatif.planner.export;

import org.jspecify.annotations.NullMarked;
