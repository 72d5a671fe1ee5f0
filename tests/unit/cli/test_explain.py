"""`explain`: write heatmaps with the example models."""

import csv

import pytest
from PIL import Image

from fmnist_core.synthetic.garments import draw_garment_large


@pytest.fixture
def trousers(tmp_path):
    path = tmp_path / "trousers.png"
    Image.fromarray(255 - draw_garment_large(1, 2)).save(path)
    return str(path)


def test_png_is_an_enlarged_heatmap(run_command, trousers, tmp_path):
    out = tmp_path / "map.png"
    result = run_command("explain", trousers, "--out", str(out))
    assert "says Trouser" in result.out
    assert "Grad-CAM in backbone.features.3: why Trouser (" in result.out
    with Image.open(out) as picture:
        assert picture.size == (672, 672)


def test_csv_of_a_contrast(run_command, trousers, tmp_path):
    out = tmp_path / "map.csv"
    words = ("--class", "Trouser", "--against", "3", "--method", "layercam", "--out", str(out))
    facts = run_command("explain", trousers, *words, "--json").facts
    assert (facts["class"], facts["against"], facts["truth"]) == ("Trouser", "Dress", None)
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert len(rows) == 784
    assert max(float(row["weight"]) for row in rows) > 0.9


def test_box_changes_what_is_explained(run_command, trousers, tmp_path):
    out = ("--out", str(tmp_path / "map.png"), "--model", "cnn-lite", "--json")
    whole = run_command("explain", trousers, *out).facts
    part = run_command("explain", trousers, *out, "--box", "0,0,1,0.4").facts
    assert part["confidence"] != whole["confidence"]


def test_box_is_for_photos_alone(run_command, tmp_path):
    result = run_command("explain", "12", "--box", "0,0,1,1", "--out", str(tmp_path / "map.png"))
    assert "--box needs a photo" in result.err


@pytest.mark.real_data
def test_test_image_by_its_number(run_command, tmp_path):
    facts = run_command("explain", "23", "--out", str(tmp_path / "map.png"), "--json").facts
    assert (facts["truth"], facts["answer"]) == ("Ankle boot", "Sandal")
    assert facts["grid"] == [7, 7]


def test_csv_of_the_layers_grid(run_command, trousers, tmp_path):
    out = tmp_path / "map.csv"
    run_command("explain", trousers, "--grid", "--out", str(out))
    assert len(out.read_text().splitlines()) == 1 + 7 * 7


def test_method_without_a_class_names_none(run_command, trousers, tmp_path):
    result = run_command(
        "explain", trousers, "--method", "eigencam", "--out", str(tmp_path / "map.png")
    )
    assert "regardless of class" in result.out
    assert "why" not in result.out


def test_another_layer_and_its_grid(run_command, trousers, tmp_path):
    out = tmp_path / "map.png"
    words = ("--layer", "backbone.features.0", "--grid", "--smooth", "--model", "cnn-lite")
    facts = run_command("explain", trousers, *words, "--out", str(out), "--json").facts
    assert facts["layer"] == "backbone.features.0"
    assert facts["grid"] == [14, 14]


@pytest.mark.parametrize(
    ("words", "message", "status"),
    [
        (["--method", "cam"], "No method 'cam'. Known: gradcam", 2),
        (["--class", "Shoe"], "No class 'Shoe'. Known: T-shirt/top", 2),
        (["--class", "9" * 5000], "No class '9999", 2),
        (["--method", "occlusion", "--layer", "x"], "Occlusion uses no layer", 2),
        (["--method", "guided", "--smooth"], "uses no layer: leave out", 2),
        (["--class", "1", "--against", "trouser"], "Trouser cannot be compared with itself", 2),
        (["--layer", "head"], "No layer 'head' with a feature map. Usable: backbone", 2),
        (["--model", "mlp"], "has no feature maps", 2),
        (["--model", "mlp", "--method", "guided"], "needs rectified linear units", 2),
        (["--model", "nobody"], "No run 'nobody'", 2),
        (["--out", "map.jpg"], "name a .png or a .csv file", 2),
        (["--out", "/nowhere/map.png"], "/nowhere/map.png: No such file", 1),
    ],
)
def test_impossible_request_is_an_error(run_command, trousers, words, message, status):
    out = ["--out", f"{trousers}.map.png"] if "--out" not in words else []
    result = run_command("explain", trousers, *out, *words)
    assert result.status == status
    assert message in result.err
    assert result.err.count("\n") == 1


@pytest.mark.real_data
@pytest.mark.parametrize("number", ["10000", "9" * 30])
def test_no_such_test_image(run_command, tmp_path, number):
    result = run_command("explain", number, "--out", str(tmp_path / "map.png"))
    assert "they are numbered from 0 to 9,999" in result.err
    assert result.status == 1
