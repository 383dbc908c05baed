"""All pages of a run but the patients': index, measures, data quality, methods, dictionary."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crs_audit.report.dictionary_page import dictionary_page
from crs_audit.report.index_page import index_page
from crs_audit.report.measure_pages import measure_pages
from crs_audit.report.methods_page import methods_page
from crs_audit.report.months import monthly
from crs_audit.report.quality_page import quality_page

if TYPE_CHECKING:
    from crs_audit.report.result import AuditResult, Trend


def render_site(result: AuditResult, out_dir: Path) -> None:
    """Writes the pages under `out_dir`, which exists; the patients' pages are already in `out_dir/patients`."""
    trends = {trend.measure_id: trend for trend in result.trends or _own_months(result)}
    (out_dir / "measures").mkdir(exist_ok=True)
    for measure, page in measure_pages(result, trends):
        _write(out_dir / "measures" / f"{measure}.html", page)
    _write(out_dir / "index.html", index_page(result, trends))
    _write(out_dir / "data-quality.html", quality_page(result))
    _write(out_dir / "methods.html", methods_page(result))
    _write(out_dir / "dictionary.html", dictionary_page(result))


def _own_months(result: AuditResult) -> tuple[Trend, ...]:
    """Months are small cells and true dates: a report that is shared or de-identified shows none."""
    return monthly(result) if result.internal and not result.deidentified else ()


def _write(path: Path, page: str) -> None:
    path.write_text(page, encoding="utf-8", newline="\n")
