@NullMarked
package io.whatif.planner.sql;

import org.jspecify.annotations.NullMarked;
