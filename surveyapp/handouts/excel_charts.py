"""A table's pictures as Excel's own charts, drawn from its cells."""

from __future__ import annotations

from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.legend import Legend
from openpyxl.chart.series import SeriesLabel
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from surveyapp.definition.tables import Chart

#: that a chart takes up
ROWS = 15
PALE, DARK = "FFFFFF", "5B9BD5"


def draw_chart(sheet: Worksheet, chart: Chart, first: int, anchor: int, mirrored: bool) -> int:
    """`first`: the sheet's row of the table's first row. Returns the rows that it takes up."""
    top, bottom = first + chart.first, first + chart.first + chart.count - 1
    if chart.kind == "heat":
        left, right = get_column_letter(chart.values[0] + 1), get_column_letter(chart.values[-1] + 1)
        shades = ColorScaleRule("num", "0", PALE, "max", None, DARK)  # type: ignore[no-untyped-call]
        sheet.conditional_formatting.add(f"{left}{top}:{right}{bottom}", shades)
        return 0
    drawn = _stacked(sheet, chart, top, bottom) if chart.kind == "stacked" else _rows(sheet, chart, top, bottom)
    if mirrored and chart.kind != "columns":
        drawn.y_axis.scaling.orientation = "maxMin"
    elif mirrored:
        drawn.x_axis.scaling.orientation = "maxMin"
    drawn.height, drawn.width = 6.8, 22
    sheet.add_chart(drawn, f"A{anchor}")
    return ROWS


def _bars(kind: str) -> BarChart:
    chart = BarChart()
    chart.type, chart.style, chart.legend, chart.title = "col" if kind == "columns" else "bar", 10, None, None
    if chart.type == "bar":
        chart.x_axis.scaling.orientation = "maxMin"  # the first choice on top, as in the table
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines = None
    chart.y_axis.scaling.min = 0
    chart.y_axis.numFmt, chart.gapWidth = "0", 60
    return chart


def _rows(sheet: Worksheet, chart: Chart, top: int, bottom: int) -> BarChart:
    drawn = _bars(chart.kind)
    (value,) = chart.values
    drawn.add_data(Reference(sheet, min_col=value + 1, min_row=top, max_row=bottom), titles_from_data=False)
    drawn.set_categories(Reference(sheet, min_col=chart.label + 1, min_row=top, max_row=bottom))
    if chart.kind == "ranks":
        drawn.y_axis.scaling.max = max(2, chart.count)
        drawn.y_axis.numFmt = "0.0"
    return drawn


def _stacked(sheet: Worksheet, chart: Chart, top: int, bottom: int) -> BarChart:
    """A bar for each column, in parts by row; the row's name stands in the legend."""
    drawn = _bars(chart.kind)
    drawn.grouping, drawn.overlap, drawn.legend = "stacked", 100, Legend()
    drawn.legend.position = "b"
    left, right = chart.values[0] + 1, chart.values[-1] + 1
    for row in range(top, bottom + 1):
        part = Series(Reference(sheet, min_col=left, max_col=right, min_row=row))
        name = absolute_coordinate(f"{get_column_letter(chart.label + 1)}{row}")
        part.tx = SeriesLabel(strRef=StrRef(f"{quote_sheetname(sheet.title)}!{name}"))
        drawn.series.append(part)
    drawn.set_categories(Reference(sheet, min_col=left, max_col=right, min_row=top - chart.first - 1))
    return drawn
