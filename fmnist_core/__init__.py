"""Fashion-MNIST Lab: the package that every page, command, test and worker shares."""
