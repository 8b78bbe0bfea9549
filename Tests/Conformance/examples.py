"""Validates what the daemon answers, and what docs/api.md shows, against the daemon's own description.

For clients the objects of the description are open. Here they are closed, so that a key that is not described is found,
and the keys must have the order of the description.

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
schemas = description["components"]["schemas"]
faults = []


def resolved(schema):
    """The schema that a reference names; of a schema with parts, one with the keys of all of them."""
    if "$ref" in schema:
        return resolved(schemas[schema["$ref"].rsplit("/", 1)[1]])
    if "allOf" not in schema:
        return schema
    parts = [resolved(part) for part in schema["allOf"]]
    return {
        "type": "object",
        "required": [key for part in parts for key in part["required"]],
        "properties": {key: value for part in parts for key, value in part["properties"].items()},
    }


def close(schema):
    """Closes the objects of a schema."""
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else []:
        close(part)
    if isinstance(schema, dict) and "properties" in schema and schema.get("type") == "object":
        schema.setdefault("additionalProperties", False)


def check_order(value, schema, place):
    schema = resolved(schema)
    if isinstance(value, list):
        for element in value:
            check_order(element, schema["items"], place)
    elif isinstance(value, dict):
        known = list(schema.get("properties", {}))
        described = [key for key in value if key in known]
        if described != sorted(described, key=known.index):
            faults.append(f"{place}: the keys {described} do not have the order of the description")
        for key, member in value.items():
            member_schema = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            if isinstance(member_schema, dict):
                check_order(member, member_schema, f"{place}.{key}")


for name in schemas:
    schemas[name] = resolved(schemas[name])
# The description itself is only checked for its first key.
close({name: schema for name, schema in schemas.items() if name != "Description"})


def check(path, value, what):
    media = description["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    schema = {**media["schema"], "components": description["components"]}
    for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(value):
        faults.append(f"{path}: {what}: {error.message} at {error.instance_path}")
    check_order(value, media["schema"], f"{path}: {what}")


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
