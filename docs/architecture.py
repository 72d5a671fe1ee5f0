"""Draw the packages of fmnist_core and what they import: `python docs/architecture.py`.

Writes a Mermaid diagram into docs/architecture.md. Everything in it is read from the code: the
imports, and the first line of each package's docstring. A test compares the two.
"""

import ast
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent
CORE = PROJECT / "fmnist_core"
PAGE = PROJECT / "docs" / "architecture.md"
BEGIN, END = "```mermaid\n", "```\n"


def packages() -> dict[str, str]:
    """Each package and the first line of its docstring."""
    folders = sorted(path.parent for path in CORE.glob("*/__init__.py"))
    return {folder.name: _docstring(folder / "__init__.py") for folder in folders}


def _docstring(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0].replace('"', "'").replace("`", "").removesuffix(".")


def imported_packages(package: str) -> set[str]:
    """The other packages that modules of `package` import, inside functions too."""
    imported = set()
    for path in (CORE / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fmnist_core"):
                names = (node.module or "").split(".")[1:2] or [item.name for item in node.names]
                imported |= set(names)
    return (imported & set(packages())) - {package}


def direct_imports() -> dict[str, set[str]]:
    """The imports without those that another arrow implies, so that the picture stays readable."""
    imports = {package: imported_packages(package) for package in packages()}

    def reachable(package: str) -> set[str]:
        return imports[package].union(*map(reachable, imports[package]))

    return {
        package: {
            target
            for target in targets
            if not any(target in reachable(other) for other in targets - {target})
        }
        for package, targets in imports.items()
    }


def mermaid() -> str:
    """The diagram as Mermaid text."""
    lines = ["flowchart TD"]
    lines += [f'    {name}["<b>{name}</b><br>{text}"]' for name, text in packages().items()]
    for package, targets in direct_imports().items():
        lines += [f"    {package} --> {target}" for target in sorted(targets)]
    return "\n".join(lines) + "\n"


def page_with_diagram() -> str:
    """docs/architecture.md with today's diagram."""
    before, begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    return before + begin + mermaid() + end + after


if __name__ == "__main__":
    PAGE.write_text(page_with_diagram(), encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(PROJECT)}", file=sys.stderr)
