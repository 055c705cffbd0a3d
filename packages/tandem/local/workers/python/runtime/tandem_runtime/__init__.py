"""What runs in the process of a Python function. Its own package, so that no module of a function is shadowed."""
