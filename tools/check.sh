#!/usr/bin/env bash
# What must hold of every commit, in under a minute: lint, types, import contracts, migrations, templates, fast tests.
# FAST_TESTS=no leaves the last out, for a run that goes on with the whole suite.
set -uo pipefail
BIN=${BIN:-.venv/bin}
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
export ZHIBU_DATA=$data
failed=()
PURE="*/rules.py,*/rules_*.py,*/kernel/rules/answers.py,*/kernel/rules/inputs.py,*/kernel/rules/registry.py"
PURE+=",*/kernel/calendar/work.py,*/kernel/calendar/months.py,*/kernel/calendar/announcement.py,*/kernel/money/*.py"
PURE+=",*/kernel/identity/*.py,*/kernel/cardnumbers/*.py,*/kernel/paths.py"

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
# the pure rules are covered to the last branch by the tests that state them; one process: each loads as much as it tests
export COVERAGE_FILE=$data/coverage
run rules "$BIN/pytest" tests/rules tests/calendar tests/*/test_rules.py tests/people/test_life_rules.py --cov=zhibu --cov-report=
run coverage "$BIN/coverage" report --fail-under=100 --show-missing --include="$PURE"
# pytest's own summary is wanted at the end, so it is not caught
if [[ ${FAST_TESTS:-yes} == yes ]]; then
    "$BIN/pytest" -n 2 --dist loadscope tests/house tests/crypto tests/scope tests/events || failed+=("tests")
fi

if ((${#failed[@]})); then
    echo "make check: FAILED: ${failed[*]}" >&2
    exit 1
fi
