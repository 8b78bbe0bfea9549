"""Reads /metrics as OpenMetrics 1.0 with the strict parser of Prometheus' own Python client, and holds it against what the
text format says: promtool reads the text format alone.

Argument: the daemon's origin.
"""

import sys
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

origin = sys.argv[1]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def samples(accept, content_type, read):
    request = urllib.request.Request(origin + "/metrics", headers={"Accept": accept})
    with opener.open(request) as answer:
        assert answer.headers["Content-Type"].startswith(content_type), answer.headers["Content-Type"]
        families = list(read(answer.read().decode()))
    return {(sample.name, *sorted(sample.labels.items())) for family in families for sample in family.samples}


text = samples("text/plain; version=0.0.4", "text/plain; version=0.0.4", read_text)
openmetrics = samples("application/openmetrics-text; version=1.0.0", "application/openmetrics-text", read_openmetrics)
# What is counted by status and route, or by reason, appears with its first occurrence.
counted = {"selfconnect_http_requests_total", "selfconnect_http_connections_ended_total"}
passing = {sample for sample in text ^ openmetrics if sample[0] in counted}
if text ^ openmetrics != passing:
    sys.exit(f"only in one of the formats: {sorted((text ^ openmetrics) - passing)}")
print(f"{len(openmetrics)} samples are the same in both formats")
