@NullMarked
package io.whatif.planner.jdbc;

import org.jspecify.annotations.NullMarked;
