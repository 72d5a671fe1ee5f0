"""How a transformer cuts a picture of any size into patches."""

PATCHES = (16, 8, 4, 2)
LEAST_ACROSS = 7


def patch_size(input_size: int) -> int | None:
    """The largest usual patch that leaves at least 7 across, or `None` where none divides it.

    28 pixels: 7 patches of 4; 224: 14 of 16, as in the paper (arXiv:2010.11929).
    """
    fitting = (
        patch
        for patch in PATCHES
        if input_size % patch == 0 and input_size // patch >= LEAST_ACROSS
    )
    return next(fitting, None)
