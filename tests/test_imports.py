"""The import rules of the house, read from the syntax trees, so that nothing needs to run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

UPSTREAM_FIRST = (
    "errors",
    "figures",
    "progress",
    "palette",
    "spec",
    "intake",
    "vocabulary",
    "scales",
    "mapping",
    "mixture",
    "quality",
    "respondents",
    "encode",
    "breadth",
    "nearest",
    "neighbours",
    "sampling",
    "embed",
    "cluster",
    "profiles",
    "contrast",
    "cohorts",
    "validate",
    "compare",
    "run",
    "edits",
    "resample",
    "trust",
    "charts",
    "outputs",
    "html_page",
    "comparison_page",
    "trust_page",
    "parts",
    "terminal",
    "options",
    "cli",
    "__main__",
)
"""Modules of `segmentation` in the order in which data flows; each imports only earlier ones."""

SOLE_IMPORTERS = {
    "numba": "segmentation/nearest.py",
    "umap": "segmentation/embed.py",
    "hdbscan": "segmentation/cluster.py",
    "sknetwork": "segmentation/cluster.py",
    "stepmix": "segmentation/cluster.py",
    "plotly": "segmentation/charts/",
}

DATABASE = ("sqlmodel", "sqlalchemy", "alembic", "psycopg", "sqlite3")

FORBIDDEN = {
    "segmentation": (*("streamlit", "db", "pages"), *DATABASE),
    "db": (
        *("streamlit", "pages", "umap", "hdbscan", "sklearn"),
        # Of the engine, what it says; never what it does.
        *(f"segmentation.{stage}" for stage in ("intake", "neighbours", "embed", "cluster")),
        *(f"segmentation.{stage}" for stage in ("validate", "trust", "compare", "run", "charts")),
        *(f"segmentation.{stage}" for stage in ("outputs", "terminal", "cli")),
    ),
    "pages": (*("umap", "hdbscan", "sklearn", "stepmix"), *DATABASE),
    "pages/views": ("pages.views",),
}


@dataclass(frozen=True)
class Import:
    """One imported name: `module` is the full dotted path, `lazy` when inside a function."""

    module: str
    line: int
    lazy: bool


def files_of(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    return [path for path in found if ".venv" not in path.parts]


def product_files() -> list[Path]:
    folders = ("segmentation", "db", "pages")
    return [ROOT / "streamlit_app.py"] + [path for folder in folders for path in files_of(folder)]


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def imports_of(path: Path) -> tuple[Import, ...]:
    return tuple(_walk(tree_of(path), dotted(path), path.name == "__init__.py", lazy=False))


def _walk(node: ast.AST, module: str, is_package: bool, *, lazy: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, lazy) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            base = _base(child, module, is_package)
            yield from (Import(f"{base}.{a.name}", child.lineno, lazy) for a in child.names)
        else:
            inner = lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _walk(child, module, is_package, lazy=inner)


def _base(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    above = parts[: len(parts) - node.level + is_package]
    return ".".join([*above, *([node.module] if node.module else [])])


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def attributes_of(path: Path, name: str) -> list[int]:
    nodes = ast.walk(tree_of(path))
    return [n.lineno for n in nodes if isinstance(n, ast.Attribute) and n.attr == name]


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_what_a_part_never_imports(folder):
    found = [
        f"{where(path)}:{item.line} imports {item.module}"
        for path in files_of(folder)
        for item in imports_of(path)
        for package in FORBIDDEN[folder]
        if within(item.module, package)
    ]
    assert not found


@pytest.mark.parametrize("library", SOLE_IMPORTERS)
def test_one_module_owns_each_heavy_library(library):
    found = {
        where(path)
        for path in product_files()
        for item in imports_of(path)
        if within(item.module, library)
    }
    assert {path for path in found if not path.startswith(SOLE_IMPORTERS[library])} == set()


@pytest.mark.parametrize("library", ["umap", "scipy.stats", "segmentation.nearest"])
def test_what_is_slow_to_import_is_imported_inside_a_function(library):
    eager = [
        f"{where(path)}:{item.line}"
        for path in product_files()
        for item in imports_of(path)
        if within(item.module, library) and not item.lazy
    ]
    assert not eager, "importing it takes long; do it where it is used"


def stage_of(module: str) -> str:
    """`segmentation.intake.survey` -> `intake`."""
    return module.split(".")[1]


def test_segmentation_imports_point_upstream():
    rank = {stage: place for place, stage in enumerate(UPSTREAM_FIRST)}
    against = []
    for path in files_of("segmentation"):
        if dotted(path) == "segmentation":
            continue
        stage = stage_of(dotted(path))
        assert stage in rank, f"{stage} has no place in UPSTREAM_FIRST yet"
        for item in imports_of(path):
            if not within(item.module, "segmentation"):
                continue
            other = stage_of(item.module)
            if rank.get(other, len(rank)) > rank[stage]:
                against.append(f"{where(path)}:{item.line} imports {item.module}")
    assert not against


def test_intake_has_no_import_circle():
    modules = {dotted(path): path for path in files_of("segmentation/intake")}
    needs = {
        name: {other for item in imports_of(path) if (other := _longest(item.module, modules))}
        - {name, "segmentation.intake"}
        for name, path in modules.items()
        if name != "segmentation.intake"
    }
    while needs:
        free = {name for name, others in needs.items() if not others & set(needs)}
        assert free, f"these import each other in a circle: {sorted(needs)}"
        needs = {name: others for name, others in needs.items() if name not in free}


def _longest(module: str, modules: dict[str, Path]) -> str | None:
    fitting = [name for name in modules if within(module, name)]
    return max(fitting, key=len, default=None)


@pytest.mark.parametrize(
    ("attribute", "owner"),
    [
        ("session_state", "pages/shared/state.py"),
        ("query_params", "pages/shared/state.py"),
        ("cache_data", "pages/shared/cache.py"),
        ("cache_resource", "pages/shared/cache.py"),
    ],
)
def test_one_module_owns_each_kind_of_state(attribute, owner):
    users = {where(path) for path in product_files() if attributes_of(path, attribute)}
    assert users <= {owner}


def test_nothing_but_a_package_marker_stands_directly_in_pages():
    directly = [path.name for path in (ROOT / "pages").glob("*.py")]
    assert directly == ["__init__.py"], "a page there would run without streamlit_app.py"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a.b", Import("a.b", 1, lazy=False)),
        ("def f():\n    from a import b", Import("a.b", 2, lazy=True)),
        ("if x:\n    import a", Import("a", 2, lazy=False)),
        ("from .c import d", Import("p.q.c.d", 1, lazy=False)),
        ("from ..c import d", Import("p.c.d", 1, lazy=False)),
    ],
)
def test_imports_are_read_wherever_they_stand(source, expected):
    assert list(_walk(ast.parse(source), "p.q.r", is_package=False, lazy=False)) == [expected]
