"""Which assumption decides: everything that was assumed, changed alone and together, and what that does to the
headlines."""

from winset.robustness.lens import Robust as Robust
