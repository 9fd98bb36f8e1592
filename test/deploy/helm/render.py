"""Renders a chart with Helm's own engine: the chart's folder is the argument, values come on standard input as JSON."""

import json
import sys

from helm_python.chart import Chart, lint

folder = sys.argv[1]
with Chart.load(folder) as chart:
    try:
        values = json.load(sys.stdin)
        chart.validate_schema(values)
        print(json.dumps({"manifests": chart.render(values, name="demo"), "lint": lint(folder, values)}, default=str))
    except Exception as error:  # noqa: BLE001 - whatever it is, the test wants its text
        print(json.dumps({"error": str(error)}))
