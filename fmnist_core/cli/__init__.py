"""The command line: one module per group of commands, and `main`, the entry point."""
