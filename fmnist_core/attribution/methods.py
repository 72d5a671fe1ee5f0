"""The ways to ask what in a picture made a model say something; listing them loads nothing heavy.

Class activation maps come from the library grad-cam; `heatmap.py` carries all of them out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from fmnist_core.errors import ModelError
from fmnist_core.models.registry import ModelSpec

MethodKind = Literal["gradient", "activation", "perturbation", "guided", "input gradient", "occlusion"]
"""How a map comes about: from a layer's gradients, from its activations alone, from what changes
when its channels are masked; from the input's own gradient; from covering parts of the picture.
"""
LAYER_KINDS = ("gradient", "activation", "perturbation")
"""Those that look at the feature maps of a layer."""


@dataclass(frozen=True, kw_only=True)
class Method:
    """One way to explain an answer."""

    key: str
    title: str
    kind: MethodKind
    teaches: str
    """One sentence for the class."""
    builder: str | None = None
    """The library's class, `module:name`, where it has one."""
    reference: str

    @property
    def needs_layer(self) -> bool:
        return self.kind in LAYER_KINDS


_METHODS = (
    Method(
        key="gradcam",
        title="Grad-CAM",
        kind="gradient",
        teaches="Each feature map counts as much as the answer would rise with it, on average.",
        builder="pytorch_grad_cam:GradCAM",
        reference="Selvaraju et al. 2016, arXiv:1610.02391",
    ),
    Method(
        key="gradcam++",
        title="Grad-CAM++",
        kind="gradient",
        teaches="Like Grad-CAM, but places where a rise helps count more: better where a thing "
        "appears several times.",
        builder="pytorch_grad_cam:GradCAMPlusPlus",
        reference="Chattopadhay et al. 2017, arXiv:1710.11063",
    ),
    Method(
        key="hirescam",
        title="HiResCAM",
        kind="gradient",
        teaches="Gradient times activation at every place, without averaging: shows only what the "
        "model used.",
        builder="pytorch_grad_cam:HiResCAM",
        reference="Draelos and Carin 2020, arXiv:2011.08891",
    ),
    Method(
        key="layercam",
        title="LayerCAM",
        kind="gradient",
        teaches="Only gradients that speak for the class count, at every place: fine maps from "
        "shallow layers.",
        builder="pytorch_grad_cam:LayerCAM",
        reference="Jiang et al. 2021, doi:10.1109/TIP.2021.3089943",
    ),
    Method(
        key="eigencam",
        title="EigenCAM",
        kind="activation",
        teaches="What the feature maps have in common, whatever the class: no gradient, so it "
        "says nothing of one class against another.",
        builder="pytorch_grad_cam:EigenCAM",
        reference="Muhammad and Yeasin 2020, arXiv:2008.00299",
    ),
    Method(
        key="scorecam",
        title="Score-CAM",
        kind="perturbation",
        teaches="Shows the model the picture through each feature map in turn, and weighs the map "
        "by the answer.",
        builder="pytorch_grad_cam:ScoreCAM",
        reference="Wang et al. 2019, arXiv:1910.01279",
    ),
    Method(
        key="ablationcam",
        title="Ablation-CAM",
        kind="perturbation",
        teaches="Switches each feature map off in turn, and weighs it by what the answer loses.",
        builder="pytorch_grad_cam:AblationCAM",
        reference="Desai and Ramaswamy 2020, doi:10.1109/WACV45572.2020.9093360",
    ),
    Method(
        key="guided",
        title="Guided backpropagation",
        kind="guided",
        teaches="The gradient down to the pixels, through active units and positive gradients "
        "alone: sharp, but much of it is there whatever the model has learned.",
        builder="pytorch_grad_cam:GuidedBackpropReLUModel",
        reference="Springenberg et al. 2014, arXiv:1412.6806",
    ),
    Method(
        key="input-gradient",
        title="Input gradient",
        kind="input gradient",
        teaches="How much the answer would change with each pixel.",
        reference="Simonyan, Vedaldi, Zisserman 2013, arXiv:1312.6034",
    ),
    Method(
        key="occlusion",
        title="Occlusion",
        kind="occlusion",
        teaches="Covers the picture patch by patch, and marks what the answer loses.",
        reference="Zeiler and Fergus 2013, arXiv:1311.2901",
    ),
)
METHODS: Mapping[str, Method] = MappingProxyType({method.key: method for method in _METHODS})


def get_method(key: str) -> Method:
    """The method of `key`; raises `ModelError` naming the known ones."""
    try:
        return METHODS[key]
    except KeyError:
        raise ModelError(f"No method '{key}'. Known: {', '.join(METHODS)}.") from None


def supported_methods(spec: ModelSpec) -> list[Method]:
    """What can explain a model: without spatial feature maps, only what needs no layer.

    Guided backpropagation also needs rectified linear units, which only the module itself shows.
    """
    return [each for each in _METHODS if spec.feature_maps or not each.needs_layer]
