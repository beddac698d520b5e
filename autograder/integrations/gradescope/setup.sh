#!/usr/bin/env bash
# Installs the course's grader once, when Gradescope builds the image.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"

# The course needs Python 3.11 with venv, ideally the one these versions were tested with; the image's may be older.
find_python() {
    for name in python{{ python }} python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

if ! python=$(find_python); then
    apt-get update
    apt-get install -y python3.12 python3.12-venv || apt-get install -y python3.11 python3.11-venv
    python=$(find_python)
fi
"$python" -m venv "$root/venv"
"$root/venv/bin/python" -m pip install --no-compile -r "$root/source/requirements.txt"
"$root/venv/bin/python" -m pip install --no-compile --no-deps "$root"/source/follow_the_slope-*.whl
# Here, not for each submission; pip would use one core, and compile libraries' tests too. What fails is never imported.
"$root/venv/bin/python" -m compileall -q -j 0 -x /tests/ "$root/venv/lib" || true
