"""Fashion-MNIST Lab: the package behind all pages, commands, workers and tests."""

import os

# How long torch's OpenMP threads spin before they sleep while waiting for each other. Training
# shares the cores with the app and its browser. Measured on two cores with the CNN, images/s alone
# and beside one busy process: 5,400 and 1,800 with OpenMP's default, 5,100 and 2,400 at 3,000
# spins, 4,300 and 3,000 without spinning. It must be set before torch is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "3000")
