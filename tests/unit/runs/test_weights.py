"""Files of tensors: what is said of those that cannot be read."""

import pytest

from fmnist_core.errors import RunError
from fmnist_core.runs import weights


@pytest.mark.parametrize("contents", [None, b"", b"damaged"])
def test_where_the_folder_lies_is_not_told(tmp_path, contents):
    file = tmp_path / "my-run" / "model.safetensors"
    file.parent.mkdir()
    if contents is not None:
        file.write_bytes(contents)
    with pytest.raises(RunError, match=r"^my-run.model\.safetensors cannot be read") as caught:
        weights.read_tensors(file)
    assert str(tmp_path) not in str(caught.value)
