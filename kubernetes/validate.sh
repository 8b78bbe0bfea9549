#!/bin/sh
# Checks the manifests against the published schemas: as they are, and with the patches of the components. The Prometheus
# Operator's PodMonitor is no resource of Kubernetes itself and is only parsed.
#
#     kubernetes/validate.sh [TOOLS]
#
# TOOLS is a folder for kubernetes-validate (PyPI), which is installed there. Without it, nothing is checked unless the PYTHON
# of the environment has kubernetes-validate.

set -eu

cd "$(dirname "$0")"
python=${PYTHON:-python3}
if [ $# -gt 0 ]; then
    tools=$1
    if [ ! -x "$tools/bin/python" ] || ! cmp -s requirements.txt "$tools/requirements.txt"; then
        python3 -m venv "$tools"
        "$tools/bin/pip" install --quiet --requirement requirements.txt
        cp requirements.txt "$tools/"
    fi
    python=$tools/bin/python
elif ! "$python" -c 'import kubernetes_validate' 2>/dev/null; then
    echo 'kubernetes/validate.sh: skipped, because kubernetes-validate is not installed; make test-kubernetes installs it' >&2
    exit 0
fi
exec "$python" validate.py
