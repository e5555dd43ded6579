"""Golden rows: values that do not come from our own output, and the runner that checks any file of them."""
