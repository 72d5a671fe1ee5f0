"""Fashion-MNIST Lab: the package that every page, command, test and worker shares."""

import os

# How long torch's threads spin before they sleep while they wait for each other. Training shares
# the cores with the app and its browser; measured on two cores with the CNN, images/s alone and
# beside one busy process: 5,400 and 1,800 as OpenMP has it, 5,100 and 2,400 at 3,000 spins,
# 4,300 and 3,000 without any. It has to be said before torch is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "3000")
