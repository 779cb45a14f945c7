#!/usr/bin/env bash
# What must hold of every commit, in under a minute: lint, types, import contracts, migrations, templates, fast tests.
set -uo pipefail
BIN=${BIN:-.venv/bin}
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
export ZHIBU_DATA=$data
failed=()

run() {
    local name=$1
    shift
    local began=$SECONDS
    if "$@" >"$data/out" 2>&1; then
        printf '%-12s ok   %3d s\n' "$name" $((SECONDS - began))
    else
        printf '%-12s FAILED\n' "$name"
        cat "$data/out"
        failed+=("$name")
    fi
}

run lint "$BIN/ruff" check .
run format "$BIN/ruff" format --check --quiet .
run contracts "$BIN/lint-imports"
run system "$BIN/zhibu" check --fail-level WARNING
run migrations "$BIN/zhibu" makemigrations --check --dry-run
run templates "$BIN/djlint" src/zhibu --lint --quiet
run types "$BIN/mypy"
# pytest's own summary is wanted at the end, so it is not caught
"$BIN/pytest" -n 2 --dist loadscope tests/house tests/rules tests/calendar tests/crypto tests/scope tests/events || failed+=("tests")

if ((${#failed[@]})); then
    echo "make check: FAILED: ${failed[*]}" >&2
    exit 1
fi
