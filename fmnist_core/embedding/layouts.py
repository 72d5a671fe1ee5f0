"""Registry of the methods that lay out points on a map; PCA at once, the others in the background.

t-SNE: van der Maaten, Hinton 2008, by openTSNE (Policar et al. 2024). UMAP: McInnes, Healy,
Melville 2018, arXiv:1802.03426, by umap-learn.
"""

import io
import pkgutil
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from fmnist_core.embedding.projection import fit_pca

SEED = 0
TSNE_PERPLEXITY = 30
UMAP_NEIGHBORS = 15
TSNE_EXAGGERATED, TSNE_ITERATIONS = 250, 500
"""Iterations with early exaggeration and after it: openTSNE's defaults."""
NUM_COMPONENTS = 50
"""Principal components that t-SNE and UMAP see, as van der Maaten and Hinton recommend."""
Progress = Callable[[float], None]
"""Is told the fraction that is done, from 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A method that gives each point a position on a map."""

    key: str
    title: str
    teaches: str
    compute: str = ""
    """A function from points [N, F] and a `Progress` to positions [N, 2], as "module:function";
    empty for PCA, which is computed at once.
    """

    def load_compute(self) -> Callable[[np.ndarray, Progress], np.ndarray]:
        function: Callable[[np.ndarray, Progress], np.ndarray] = pkgutil.resolve_name(self.compute)
        return function


LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {
        layout.key: layout
        for layout in (
            Layout(
                key="pca",
                title="PCA",
                teaches="The two directions in which the images differ most. Nothing is bent, but "
                "much of what tells images apart lies in the other directions, so that classes "
                "overlap.",
            ),
            Layout(
                key="tsne",
                title="t-SNE",
                teaches="Keeps near neighbors together. How far apart groups lie and how large "
                "they are means little, and one class may be torn into several groups.",
                compute="fmnist_core.embedding.layouts:compute_tsne",
            ),
            Layout(
                key="umap",
                title="UMAP",
                teaches="Keeps near neighbors together like t-SNE, in denser groups. Distances "
                "between groups mean little here, too.",
                compute="fmnist_core.embedding.layouts:compute_umap",
            ),
        )
    }
)


def compute_tsne(vectors: np.ndarray, progress: Progress) -> np.ndarray:
    """Lay out points [N, F] with t-SNE, started from their PCA; positions float32 [N, 2]."""
    from openTSNE import TSNE
    from openTSNE.initialization import rescale

    done = 0

    def report(_iteration: int, _error: float, _embedding: np.ndarray) -> bool:
        nonlocal done
        done += 10
        progress(min(1.0, done / (TSNE_EXAGGERATED + TSNE_ITERATIONS)))
        return False

    fitted = TSNE(
        perplexity=min(TSNE_PERPLEXITY, (len(vectors) - 1) / 3), neighbors="exact",
        early_exaggeration_iter=TSNE_EXAGGERATED, n_iter=TSNE_ITERATIONS,
        initialization=rescale(fit_pca(vectors).project(vectors)),
        callbacks=[report], callbacks_every_iters=10, n_jobs=2, random_state=SEED,
    ).fit(reduce_dimensions(vectors))  # fmt: skip
    return np.asarray(fitted, dtype=np.float32)


def compute_umap(vectors: np.ndarray, progress: Progress) -> np.ndarray:
    """Lay out points [N, F] with UMAP, started from their PCA; positions float32 [N, 2].

    The nearest neighbors are searched exactly: the approximate search of umap-learn has to be
    compiled first, which takes ten times as long.
    """
    from sklearn.neighbors import NearestNeighbors

    start = fit_pca(vectors).project(vectors)
    start = 10 * start / max(float(np.abs(start).max()), 1e-12)
    points, num_neighbors = reduce_dimensions(vectors), min(UMAP_NEIGHBORS, len(vectors) - 1)
    search: Any = NearestNeighbors(n_neighbors=num_neighbors).fit(points)
    distances, indices = search.kneighbors(points)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
        # New points are placed by `neighbors.place_on_map` instead.
        warnings.filterwarnings("ignore", "precomputed_knn", UserWarning)
        import umap

        fitted = umap.UMAP(
            n_neighbors=num_neighbors, init=start.astype(np.float32), random_state=SEED, n_jobs=1,
            precomputed_knn=(indices, distances), verbose=True,
            tqdm_kwds={"file": PercentReader(progress), "disable": False},
        ).fit_transform(points)  # fmt: skip
    return np.asarray(fitted, dtype=np.float32)


def reduce_dimensions(vectors: np.ndarray) -> np.ndarray:
    """The leading principal components of points [N, F], at most [N, 50]."""
    if min(vectors.shape) <= NUM_COMPONENTS:
        return vectors
    from sklearn.decomposition import PCA

    pca: Any = PCA(NUM_COMPONENTS, svd_solver="covariance_eigh")
    reduced: np.ndarray = pca.fit_transform(vectors)
    return reduced


class PercentReader(io.TextIOBase):
    """The file that a tqdm bar writes to; passes its percentage on."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def write(self, text: str) -> int:
        if match := re.search(r"(\d+)%\|", text):
            self._progress(int(match[1]) / 100)
        return len(text)
