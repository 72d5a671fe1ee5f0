"""What the ImageNet network says about a photo: as computed independently, from its middle."""

import numpy as np
import pytest
import torch

from fmnist_core.errors import ModelError
from fmnist_core.models import pretrained_files
from fmnist_core.serving import imagenet


@pytest.fixture
def photo():
    """A checked pattern of three colors, uint8 [300, 400, 3]."""
    rows, columns = np.mgrid[:300, :400] // 40
    colors = np.array([[200, 30, 40], [20, 90, 180], [240, 240, 230]], dtype=np.uint8)
    return colors[(rows + columns) % 3]


def test_likeliest_classes_are_those_of_another_implementation(photo):
    from efficientnet_lite_pytorch import EfficientNet

    file = pretrained_files.package_file(imagenet.SPEC)
    network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(file)).eval()
    pixels = torch.from_numpy(imagenet.center_square(photo)).permute(2, 0, 1)
    with torch.no_grad():
        expected = network(pixels[None] / 127.5 - 1).softmax(dim=1)[0].topk(5)
    classes = imagenet.likeliest_classes(photo)
    np.testing.assert_allclose([one.probability for one in classes], expected.values, rtol=1e-3)
    assert all(one.synonyms.startswith(one.name) for one in classes)


def test_classes_have_their_names():
    assert imagenet._class_words([610, 608, 770]) == [
        "jersey, T-shirt, tee shirt",
        "jean, blue jean, denim",
        "running shoe",
    ]


@pytest.mark.parametrize("shape", [(300, 500, 3), (500, 300, 3), (64, 900), (224, 224, 3)])
def test_square_comes_from_the_middle(shape):
    image = np.zeros(shape, dtype=np.uint8)
    edge = min(shape[:2])
    top, left = (shape[0] - edge) // 2, (shape[1] - edge) // 2
    image[top : top + edge, left : left + edge] = 77
    square = imagenet.center_square(image)
    assert square.shape == (224, 224, 3)
    assert (square == 77).all()


def test_without_the_weights_it_is_not_available(monkeypatch, photo):
    assert imagenet.is_available()
    monkeypatch.setattr(pretrained_files, "package_file", lambda _: None)
    monkeypatch.setattr(pretrained_files, "local_file", lambda _: None)
    assert not imagenet.is_available()
    imagenet._load_network.cache_clear()
    with pytest.raises(ModelError, match="are not on this machine"):
        imagenet.likeliest_classes(photo)


def test_footwear_is_among_the_classes():
    words = imagenet._class_words(list(range(1000)))
    assert {text.partition(",")[0] for text in words} >= imagenet.FOOTWEAR
