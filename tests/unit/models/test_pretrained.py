"""ImageNet weights from a local folder: loaded as timm does it, or a message why not."""

import pytest
import timm
import torch
from safetensors.torch import save_file

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.errors import ModelError
from fmnist_core.models import pretrained_files
from fmnist_core.models.pretrained import load_imagenet_weights
from fmnist_core.models.registry import MODELS

SPEC = MODELS["mobilenetv3-small"]
NAME = SPEC.pretrained.name
FIRST_LAYER = "conv_stem.weight"


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    monkeypatch.setattr(pretrained_files, "_hub_checks", {})
    monkeypatch.setattr(pretrained_files, "_query_hub", lambda _: False)
    monkeypatch.setattr(pretrained_files, "_is_downloaded", lambda _: False)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_WEIGHTS_DIR", str(tmp_path / "weights"))
    (tmp_path / "weights").mkdir()
    return tmp_path / "weights"


def write_weights_file(path, name=NAME):
    """Write a file like timm's with random weights; return its tensors."""
    torch.manual_seed(3)
    tensors = timm.create_model(name, pretrained=False).state_dict()
    path.parent.mkdir(exist_ok=True)
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, path)
    return tensors


@pytest.mark.parametrize(
    "file_name",
    [f"{NAME}.safetensors", f"{NAME}/model.safetensors", "mobilenetv3_small_100.safetensors"],
)
def test_weights_for_three_channels_are_unchanged(folder, file_name):
    expected = write_weights_file(folder / file_name)
    loaded, text = load_imagenet_weights(SPEC, InputSpec(channels=3))
    assert text == f"ImageNet ({NAME})"
    assert torch.equal(loaded[f"backbone.{FIRST_LAYER}"], expected[FIRST_LAYER])
    assert not any(name.startswith("head.") for name in loaded)


def test_first_layer_for_one_channel_sums_over_the_colors(folder):
    expected = write_weights_file(folder / f"{NAME}.safetensors")
    loaded, _ = load_imagenet_weights(SPEC, InputSpec())
    assert torch.allclose(
        loaded[f"backbone.{FIRST_LAYER}"], expected[FIRST_LAYER].sum(dim=1, keepdim=True)
    )
    same = [name for name in expected if f"backbone.{name}" in loaded and name != FIRST_LAYER]
    assert all(torch.equal(loaded[f"backbone.{name}"], expected[name]) for name in same)
    assert len(same) > 100


def test_transformer_adapts_to_another_input_and_patch_size(folder):
    spec = MODELS["vit-tiny"]
    write_weights_file(folder / f"{spec.pretrained.name}.safetensors", spec.pretrained.name)
    loaded, _ = load_imagenet_weights(spec, InputSpec(size=28))
    assert loaded["backbone.pos_embed"].shape == (1, 50, 192)
    assert loaded["backbone.patch_embed.proj.weight"].shape == (192, 1, 4, 4)


def test_file_of_another_model_is_rejected(folder):
    other_name = MODELS["efficientnet-b0"].pretrained.name
    write_weights_file(folder / f"{NAME}.safetensors", other_name)
    with pytest.raises(
        ModelError, match=r"does not hold the weights of MobileNetV3-Small: \d+ of \d+"
    ):
        load_imagenet_weights(SPEC, InputSpec())


@pytest.mark.parametrize("length", [0, 7, 5000])
def test_truncated_file_is_rejected(folder, length):
    file = folder / f"{NAME}.safetensors"
    write_weights_file(file)
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(ModelError, match=r"cannot be loaded \(.*\)\. Download the file again, or"):
        load_imagenet_weights(SPEC, InputSpec())


def test_file_with_a_wrong_shape_is_rejected(folder):
    tensors = write_weights_file(folder / f"{NAME}.safetensors")
    tensors["blocks.0.0.conv_pw.weight"] = torch.zeros(3, 3, 1, 1)
    save_file({k: v.contiguous() for k, v in tensors.items()}, folder / f"{NAME}.safetensors")
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_imagenet_weights(SPEC, InputSpec())


def test_error_names_the_empty_folder_when_offline(folder):
    with pytest.raises(ModelError) as caught:
        load_imagenet_weights(SPEC, InputSpec())
    assert str(caught.value) == (
        "The ImageNet weights of MobileNetV3-Small are not available here: huggingface.co does not "
        f"respond, and {folder} has no {NAME}.safetensors. Start from scratch, or save that file "
        "in a folder and set FMNIST_WEIGHTS_DIR to it."
    )


def test_error_names_the_environment_variable_when_offline(monkeypatch):
    monkeypatch.delenv("FMNIST_WEIGHTS_DIR", raising=False)
    assert (
        "FMNIST_WEIGHTS_DIR is not set to a folder with"
        in pretrained_files.availability_problem(SPEC)
    )


def test_hub_is_queried_once_a_minute(monkeypatch):
    monkeypatch.delenv("FMNIST_WEIGHTS_DIR", raising=False)
    queries = []
    monkeypatch.setattr(pretrained_files, "_query_hub", lambda name: not queries.append(name))
    assert pretrained_files.availability_problem(SPEC) is None
    assert pretrained_files.availability_problem(SPEC) is None
    assert queries == [NAME]


def test_model_without_imagenet_weights():
    assert pretrained_files.availability_problem(MODELS["cnn"]) == (
        "There are no ImageNet weights for CNN. Start from scratch."
    )


@pytest.mark.parametrize("key", [key for key, spec in MODELS.items() if spec.pretrained])
def test_registered_names_and_statistics_match_timm(key):
    config = timm.models.get_pretrained_cfg(MODELS[key].pretrained.name)
    mean = sum(config.mean) / 3
    assert config.hf_hub_id == f"timm/{MODELS[key].pretrained.name}"
    assert MODELS[key].pretrained.mean == pytest.approx(mean, abs=1e-3)
    assert MODELS[key].pretrained.std == pytest.approx(sum(config.std) / 3, abs=1e-3)
