#!/bin/sh
# Checks the manifests against the published schemas, if kubernetes-validate (PyPI) is installed: as they are, and with the
# patches of the components. The Prometheus Operator's PodMonitor is no resource of Kubernetes itself and is only parsed.
#
#     python3 -m venv .build/kubernetes && .build/kubernetes/bin/pip install kubernetes-validate
#     PYTHON=.build/kubernetes/bin/python kubernetes/validate.sh

set -eu

cd "$(dirname "$0")"
python=${PYTHON:-python3}
if ! "$python" -c 'import kubernetes_validate' 2>/dev/null; then
    echo "kubernetes/validate.sh: skipped, because kubernetes-validate of PyPI is not installed for $python" >&2
    exit 0
fi
exec "$python" validate.py
