#!/bin/sh
# The environment of one purpose: `install.sh core|test|lint|bench` makes $VENV, or brings it up to date, and is instant
# when nothing changed.
#
# A purpose is done when its stamp holds the fingerprint of the interpreter and of the files that say what to install.
# While pip runs, $VENV/.installing holds our process id: if we die, the next run finds it and starts from nothing.
set -eu

purpose=$1
venv=${VENV:-.venv}
stamp=$venv/.installed-$purpose
busy=$venv/.installing

say() { echo "slopewise: $*"; }
stop() { say "$*" >&2; exit 1; }
fits() { "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
version() { "$1" -c 'import sys; print(sys.version)'; }

# The interpreter under any environment, since the environment may be the one that we are about to remove.
base() { "$1" -c 'import sys; print(getattr(sys, "_base_executable", sys.executable))'; }

choose_python() {
    if [ -n "${PYTHON:-}" ]; then base "$PYTHON"; return; fi
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if fits "$name"; then base "$name"; return; fi
    done
    stop "no Python 3.11 or newer with venv was found; install one, or name it with make PYTHON=…"
}

usable() {
    [ ! -e "$busy" ] && fits "$venv/bin/python" || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version "$PYTHON")" = "$(version "$venv/bin/python")" ]
}

fingerprint() { { version "$venv/bin/python"; cat pyproject.toml constraints.txt scripts/install.sh; } | cksum; }

pip_install() {
    "$venv/bin/python" -m pip --disable-pip-version-check --no-input --quiet install --no-compile "$@"
}

# What pip does on one core, file after file, on all of them; a few files are templates, and no Python.
compile_all() { "$venv/bin/python" -m compileall -qq -j 0 "$venv"/lib/python*/site-packages || :; }

if [ -e "$busy" ] && kill -0 "$(cat "$busy")" 2>/dev/null; then
    stop "process $(cat "$busy") is installing into $venv; wait for it. If it does something else: make clean, then again."
fi
if [ -n "${PYTHON:-}" ] && ! fits "$PYTHON"; then
    stop "PYTHON=$PYTHON is not a Python 3.11 or newer with venv; name another one, or none."
fi
if usable; then
    if [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint)" ]; then exit 0; fi
else
    python=$(choose_python)
    rm -rf "$venv"
fi
say "installing into $venv for '$purpose'; the first time this downloads packages and takes a minute or more"
mkdir -p "$venv"
echo $$ >"$busy"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
pip_install --constraint constraints.txt --upgrade pip
set -- --editable .
[ "$purpose" = core ] || set -- "$@" --group "$purpose"
pip_install --constraint constraints.txt --build-constraint constraints.txt "$@"
compile_all
fingerprint >"$stamp"
rm "$busy"
