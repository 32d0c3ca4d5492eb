@NullMarked
package io.whatif.planner.export;

import org.jspecify.annotations.NullMarked;
