"""What the page Explain can show: one entry each, loaded when it is opened."""

from dataclasses import dataclass

from fmnist_core.ui import view


@dataclass(frozen=True, kw_only=True)
class ExplainView(view.View):
    """One way to ask what a model looks at.

    Its module has `show(question)` where it is about one picture, else `show(models)`.
    """

    of_one_picture: bool = True
    of_models: bool = True
    """Whether it is about the picked models; else it asks for a run of its own."""
    one_method: bool = False
    in_one_layer: bool = True
    """Whether a layer may be chosen, and how its places are drawn."""


_ALL = (
    ExplainView(
        key="maps",
        title="Heatmaps",
        hint="Where in the picture the evidence lies, by model and method.",
        draw="fmnist_core.explain_page.heatmaps:show",
    ),
    ExplainView(
        key="layers",
        title="Layer by layer",
        hint="The same map in every layer, from shallow to deep: where the evidence forms.",
        draw="fmnist_core.explain_page.layers:show",
        one_method=True,
        in_one_layer=False,
    ),
    ExplainView(
        key="trust",
        title="Trust it?",
        hint="A heatmap always shows something. Four measurements say whether the model really "
        "used what it marks.",
        draw="fmnist_core.explain_page.faithfulness:show",
    ),
    ExplainView(
        key="poke",
        title="Poke it",
        hint="Paint over a part of the picture and see what that does to the answer.",
        draw="fmnist_core.explain_page.occlude:show",
    ),
    ExplainView(
        key="many",
        title="Over many",
        hint="What a model looks at in a whole class, when it is right and when it is wrong.",
        draw="fmnist_core.explain_page.class_overview:show",
        of_one_picture=False,
    ),
    ExplainView(
        key="training",
        title="Through training",
        hint="How answer and heatmap of one picture came about, epoch by epoch.",
        draw="fmnist_core.explain_page.epochs:show",
        of_models=False,
        one_method=True,
    ),
)
VIEWS = view.by_key(_ALL)
