@NullMarked
package io.whatif.planner.plan;

import org.jspecify.annotations.NullMarked;
