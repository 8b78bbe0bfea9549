"""Validates what the daemon answers, and what docs/api.md shows, against the daemon's own description.

Arguments: the daemon's origin, and the document. In the document an example belongs to the last route that was named in
a heading such as `## /v1/status`.
"""

import json
import re
import sys
import urllib.request

import jsonschema_rs

origin, document = sys.argv[1:]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(path):
    with opener.open(origin + path) as answer:
        return answer.read(), answer.headers["Content-Type"]


description = json.loads(get("/openapi.json")[0])
faults = []


def check(path, value, what):
    media = description["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    schema = {**media["schema"], "components": description["components"]}
    for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(value):
        faults.append(f"{path}: {what}: {error.message} at {error.instance_path}")


checked = 0
for path, item in description["paths"].items():
    content = item["get"]["responses"]["200"]["content"]
    if "application/json" in content:
        check(path, content["application/json"]["example"], "the example of the description")
        check(path, json.loads(get(path.replace("{target}", "hdfs-datanode"))[0]), "the daemon's answer")
        checked += 2

shown = set()
with open(document, encoding="utf-8") as file:
    parts = re.split(r"^## (/\S*)$", file.read(), flags=re.MULTILINE)
for path, text in zip(parts[1::2], parts[2::2]):
    shown.add(path)
    for example in re.findall(r"^```json\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
        check(path, json.loads(example), "the example of the document")
        checked += 1

faults += [f"{path}: not in the document" for path in description["paths"] if path not in shown]
print("\n".join(faults) or f"{checked} examples and answers are as the description says")
sys.exit(1 if faults else 0)
