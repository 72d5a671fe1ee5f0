"""Fashion-MNIST Lab: the package that every page, command, test and worker shares."""

import os

# Torch's threads wait for each other by sleeping, not by spinning: where two processes share the
# cores (the app, its browser, a training run), spinning made training up to ten times slower.
# It has to be said before torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
