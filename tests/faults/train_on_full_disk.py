"""Train a run where no file may become larger than 100 kB: RUN_FOLDER."""

import resource
import sys
from pathlib import Path

from fmnist_core.jobs import worker
from fmnist_core.runs.run import Run

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    worker.main(Run(Path(sys.argv[1])), "cpu")
