"""Knowledge distillation: a model also learns from the probabilities of a trained one, its teacher.

Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network" (arXiv:1503.02531).
"""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from torch import Tensor


class Distillation(BaseModel):
    """Which finished run is the teacher, and how much its answers count."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    teacher: str = Field(
        "",
        pattern=r"^(run:[\w.-]+)?$",
        title="Teacher",
        description="A finished run whose probabilities the model learns in addition to the "
        "labels: for an ankle boot, also how much it looks like a sneaker (arXiv:1503.02531); "
        "empty means none.",
        json_schema_extra={
            "suggested": [""],
            "allowed": "run: and the id of a run, such as run:cnn-deep",
        },
    )
    weight: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Weight of the teacher",
        description="How much of the loss compares the model with its teacher; the rest compares "
        "it with the labels.",
        json_schema_extra={"usual": [0.0, 1.0], "step": 0.05},
    )
    temperature: float = Field(
        2.0,
        ge=1,
        le=20,
        title="Distillation temperature",
        description="Divides the logits of both models before they are compared: above 1, the "
        "classes that the teacher thinks unlikely count more.",
        json_schema_extra={"usual": [1.0, 8.0], "step": 0.5},
    )


def distillation_loss(
    logits: "Tensor", teacher_logits: "Tensor", *, temperature: float
) -> "Tensor":
    """Cross-entropy in nats between the softened probabilities of teacher and model, both [N, 10].

    Multiplied by the squared temperature, as in the paper's section 2, so that its gradients stay
    as large as those of the labels.
    """
    log_probabilities = (logits.float() / temperature).log_softmax(dim=1)
    targets = (teacher_logits.float() / temperature).softmax(dim=1)
    return -(targets * log_probabilities).sum(dim=1).mean() * temperature**2
