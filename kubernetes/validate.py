"""Checks the manifests in this directory against the schemas of Kubernetes; see validate.sh."""

import copy
import pathlib
import sys

import kubernetes_validate
import yaml

HERE = pathlib.Path(__file__).parent
VERSIONS = ["1.30", kubernetes_validate.latest_version()]
OTHERS = {"Kustomization", "Component", "PodMonitor"}


def patched(manifest, operations):
    """The manifest with the operations of a JSON patch that only replaces values."""
    result = copy.deepcopy(manifest)
    for operation in operations:
        assert operation["op"] == "replace", operation
        *parents, last = operation["path"].strip("/").split("/")
        place = result
        for key in parents:
            place = place[int(key) if isinstance(place, list) else key]
        assert last in place, operation["path"]
        place[last] = operation["value"]
    return result


def main():
    files = [path for path in sorted(HERE.rglob("*.yaml")) if path.name != "selfconnectd.yaml"]
    manifests = {path: yaml.safe_load(path.read_text()) for path in files}
    checked = {str(path.relative_to(HERE)): value for path, value in manifests.items() if value["kind"] not in OTHERS}
    for path, component in manifests.items():
        for patch in component.get("patches", []) if component["kind"] in OTHERS else []:
            target = next(
                value
                for value in manifests.values()
                if value["kind"] == patch["target"]["kind"] and value["metadata"]["name"] == patch["target"]["name"]
            )
            name = f"{patch['target']['name']} with {path.relative_to(HERE)}"
            checked[name] = patched(target, yaml.safe_load(patch["patch"]))
    faults = 0
    for name, manifest in checked.items():
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(manifest, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                faults += 1
                print(f"{name} ({version}): {error.message}", file=sys.stderr)
    print(f"{len(checked)} manifests, {faults} faults")
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
