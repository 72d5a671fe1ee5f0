"""Checks that every command must pass, new ones included."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from fmnist_core import paths
from fmnist_core.cli import bench, classroom, search
from fmnist_core.cli.main import COMMANDS
from fmnist_core.runs import archive, deleted_runs
from fmnist_core.search import searches
from fmnist_core.search.dimensions import usual_dimension
from fmnist_core.search.searches import SearchProgress, SearchSpec
from fmnist_core.synthetic.garments import draw_garment_large
from fmnist_core.training.presets import get_preset
from tests import factories

EXAMPLES = {
    "train": ["--recipe", "mlp-quick", "--set", "data=drawn", "--detach"],
    "runs list": [],
    "runs show": ["FINISHED"],
    "runs resume": ["STOPPED", "--detach"],
    "runs stop": ["QUEUED"],
    "runs rename": ["STOPPED", "another"],
    "runs delete": ["STOPPED", "--yes"],
    "runs deleted": [],
    "runs restore": ["DELETED"],
    "runs empty-bin": ["--yes"],
    "runs export": ["STOPPED", "--out", "ARCHIVE"],
    "runs import": ["ARCHIVE"],
    "runs pin": ["FINISHED"],
    "runs unpin": ["FINISHED"],
    "runs prune": ["--to", "0", "--yes"],
    "search start": [
        *("--recipe", "mlp-quick", "--set", "data=drawn", "--field", "dropout", "--detach")
    ],
    "search list": [],
    "search show": ["SEARCH"],
    "search stop": ["SEARCH"],
    "search resume": ["STOPPED_SEARCH"],
    "evaluate": ["FINISHED"],
    "export": ["FINISHED", "--out", "exported.zip"],
    "compare": ["cnn", "mlp"],
    "predict": ["PICTURE", "--model", "FINISHED"],
    "explain": ["PICTURE", "--model", "FINISHED", "--out", "map.png"],
    "cost": ["--recipe", "mlp-quick"],
    "models": [],
    "recipes": [],
    "data fetch": ["--drawn"],
    "data status": [],
    "class open": [],
    "class codes": [],
    "settings": [],
    "logs": [],
    "zoo verify": ["mlp"],
    "zoo build": [],
    "bench train": [],
    "bench frozen": [],
    "bench gpu": [],
    "bench machine": [],
    "bench app": [],
    "bench data": [],
    "bench search": [],
    "bench capacity": [],
    "bench cluster": [],
    "bench compare": [],
    "bench photos": [],
    "bench photographs": [],
    "bench drawings": [],
    "bench unfamiliar": [],
    "bench limits": [],
    "bench predict": [],
    "bench explain": [],
    "bench inside": [],
    "bench trust": [],
    "bench fuzz": [],
    "bench load": [],
    "bench visits": [],
    "bench faults": [],
    "bench long-life": [],
}
pytestmark = pytest.mark.usefixtures("no_dispatcher")
every_command = pytest.mark.parametrize("words", [command.name for command in COMMANDS])


@pytest.fixture
def example(make_run, tmp_path):
    """Return arguments that call a command on a suitable run."""
    runs = {
        "QUEUED": make_run(),
        "FINISHED": make_run(factories.started(), finished=True),
        "STOPPED": make_run(factories.started(), factories.stopped()),
        "DELETED": deleted_runs.delete_run(make_run(finished=True)),
    }

    picture = tmp_path / "picture.png"
    Image.fromarray(255 - draw_garment_large(0, 1)).save(picture)
    archived = tmp_path / "run.zip"
    archived.write_bytes(archive.export_bytes(runs["STOPPED"]))

    def words_of(words):
        if words == "predict":
            return ["predict", str(picture), "--model", runs["FINISHED"].id]
        if words == "explain":
            out = str(tmp_path / "map.png")
            return ["explain", str(picture), "--model", runs["FINISHED"].id, "--out", out]
        places = {name: run.id for name, run in runs.items()} | {"ARCHIVE": str(archived)}
        places |= {"SEARCH": make_search(), "STOPPED_SEARCH": make_search(ended="stopped")}
        return [*words.split(), *(places.get(word, word) for word in EXAMPLES[words])]

    return words_of


def make_search(*, ended=""):
    """A search that starts, or has ended; returns its id."""
    recipe = get_preset("mlp-quick").recipe.changed(data="drawn")
    dimensions = (usual_dimension("dropout", recipe),)
    search = searches.start_search(
        SearchSpec(name="Mine", preset="mlp-quick", recipe=recipe, dimensions=dimensions, minutes=1)
    )
    if ended:
        search.write_progress(SearchProgress(ended=ended))
    return search.id


def predict_uniformly(images):
    """Give every class the same probability."""
    from fmnist_core.serving.predictor import PredictionBatch

    return PredictionBatch(
        probabilities=np.full((len(images), 10), 0.1),
        ood_scores=None,
        ood_threshold=None,
        seconds=0.1,
    )


def fixed_heatmap(*_, **_options):
    """Return the same heatmap for every request."""
    from fmnist_core.attribution.heatmap import Heatmap

    values = np.eye(28, dtype=np.float32)
    return Heatmap(grid=values, values=values, layer=None)


@pytest.fixture(autouse=True)
def _engine(monkeypatch):
    """Replace slow functions by ones that return at once."""
    from fmnist_core.attribution import explainer
    from fmnist_core.runs import evaluate, onnx_export, ood_detector
    from fmnist_core.serving import model_cache
    from fmnist_core.training import measure_cost
    from fmnist_core.training.cost_estimate import CostEstimate, PhaseCost

    phase = dict.fromkeys(PhaseCost.model_fields, 1000)
    numbers = dict.fromkeys(CostEstimate.model_fields, 1000) | {
        "device": "CPU",
        "precision": "auto",
    }
    measured = CostEstimate.model_validate(numbers | {"phases": [phase]})
    evaluation = evaluate.Evaluation(test_accuracy=0.8, test_loss=0.5, reported_accuracy=0.8)
    module = SimpleNamespace(add_arguments=lambda *_: None, run=lambda *_: {"rate": 1})
    check = onnx_export.ExportCheck(num_images=1000, largest_difference=1e-6, num_ties=0)
    exported = onnx_export.ExportResult(path=Path("exported.zip"), num_bytes=1000, check=check)
    monkeypatch.setattr(onnx_export, "export_run", lambda *_: exported)
    monkeypatch.setattr(evaluate, "evaluate_run", lambda *_: evaluation)
    model = SimpleNamespace(predict=predict_uniformly)
    monkeypatch.setattr(explainer, "explain", fixed_heatmap)
    monkeypatch.setattr(model_cache, "MODEL_CACHE", SimpleNamespace(get=lambda _: model))
    monkeypatch.setattr(ood_detector, "fit_and_save", lambda *_: None)
    monkeypatch.setattr(measure_cost, "measure", lambda *_: measured)
    monkeypatch.setattr(bench, "load_module", lambda *_: module)
    monkeypatch.setattr(classroom, "run_server", lambda *_: 0)
    monkeypatch.setattr(searches, "_start_process", lambda _: None)
    monkeypatch.setattr(search, "follow", lambda _: None)


@every_command
def test_has_an_example_here(words):
    assert words in EXAMPLES


@every_command
def test_is_documented(words):
    text = (paths.PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert f"python -m fmnist_core {words}" in text


@every_command
def test_has_help(run_command, words):
    result = run_command(*words.split(), "--help")
    assert result.status == 0
    assert "--json" in result.out


@every_command
def test_gives_one_json_object(run_command, example, words):
    result = run_command(*example(words), "--json")
    assert isinstance(result.facts, dict)
    assert result.status in (0, 1)


@every_command
def test_speaks_to_people_in_lines(run_command, example, words):
    result = run_command(*example(words))
    assert result.out.strip()
    assert "Traceback" not in result.err


@every_command
def test_refuses_what_it_does_not_know(run_command, words):
    result = run_command(*words.split(), "--frobnicate")
    assert result.status == 2
    assert result.out == ""
    assert result.err.startswith("fmnist_core: ")
    assert result.err.count("\n") == 1


def test_json_facts_hold_the_recipes(run_command):
    names = [recipe["name"] for recipe in run_command("recipes", "--json").facts["recipes"]]
    assert "cnn-quick" in names
    assert run_command("recipes", "cnn-quick", "--json").facts["recipe"]["model"] == "cnn"
    assert json.dumps(run_command("models", "--json").facts)
