"""The registry of Explain's views; importing it loads none of them."""

from dataclasses import dataclass

from fmnist_core.ui import view


@dataclass(frozen=True, kw_only=True)
class ExplainView(view.View):
    """A view of the Explain page.

    `draw` takes an `ExplainRequest` if the view explains one image, else the picked runs by name.
    """

    needs_image: bool = True
    needs_models: bool = True
    """Whether it explains the picked models; otherwise it has a run picker of its own."""
    single_method: bool = False
    has_layer_choice: bool = True
    """Whether the layer can be chosen, and its raw grid be shown."""


_ALL = (
    ExplainView(
        key="maps",
        title="Heatmaps",
        hint="Which parts of the picture count as evidence, by model and method.",
        draw="fmnist_core.explain_page.heatmaps:draw_heatmaps",
    ),
    ExplainView(
        key="layers",
        title="Layer by layer",
        hint="The same heatmap in every layer, from shallow to deep: see where the evidence forms.",
        draw="fmnist_core.explain_page.layers:draw_layers",
        single_method=True,
        has_layer_choice=False,
    ),
    ExplainView(
        key="trust",
        title="Can I trust it?",
        hint="A heatmap always highlights something. Four measurements check whether the model "
        "really used it.",
        draw="fmnist_core.explain_page.faithfulness:draw_faithfulness",
    ),
    ExplainView(
        key="poke",
        title="Cover it up",
        hint="Paint over part of the picture and watch the predictions change.",
        draw="fmnist_core.explain_page.occlude:draw_occlusion",
    ),
    ExplainView(
        key="many",
        title="Whole class",
        hint="What a model looks at across a whole class, when it is right and when it is wrong.",
        draw="fmnist_core.explain_page.class_overview:draw_class_overview",
        needs_image=False,
    ),
    ExplainView(
        key="training",
        title="Through training",
        hint="How the prediction and the heatmap of one picture developed, epoch by epoch.",
        draw="fmnist_core.explain_page.epochs:draw_epochs",
        needs_models=False,
        single_method=True,
    ),
)
VIEWS = view.index_views(_ALL)
