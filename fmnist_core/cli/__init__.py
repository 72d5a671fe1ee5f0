"""The command line: a module for each group of commands, and `main`, which runs one of them."""
