"""Every page test has a lab of its own."""

from tests.unit.ui.conftest import lab  # noqa: F401
