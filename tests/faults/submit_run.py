"""Submit a run and sleep, as a server would: RECIPE_JSON RUNS_FOLDER."""

import sys
import time
from pathlib import Path

from fmnist_core.jobs import queue
from fmnist_core.training.recipe import Recipe

if __name__ == "__main__":
    recipe = Recipe.model_validate_json(sys.argv[1])
    queue.submit_run(recipe, name="orphan", folder=Path(sys.argv[2]))
    time.sleep(600)
