#!/usr/bin/env bash
# A short run of every fuzzing target, from the same seed each time; make fuzz runs them for longer.
. tests/run/lib.sh

case $BUILD in
build/*)
    pass "the targets have sanitizers of their own # skip"
    exit
    ;;
esac
if ! command -v clang >/dev/null; then
    pass "there is no clang to build the targets with # skip"
    exit
fi
if ! log=$(make --no-print-directory -s SAN=fuzz fuzzers 2>&1); then
    fail "the targets are built" "$log"
    exit
fi
FUZZ_CORPUS=$TMPDIR scripts/fuzz -seed=1 -runs=20000 -max_total_time=3
