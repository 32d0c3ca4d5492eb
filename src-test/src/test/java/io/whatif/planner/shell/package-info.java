@NullMarked
package io.whatif.planner.shell;

import org.jspecify.annotations.NullMarked;
