#!/usr/bin/env bash
# Too few descriptors, closed ones, output that cannot be written, folders that cannot be read: success is told
# of what is whole alone, and a device stays one.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

detectors=off
config scarce "reject_limit = 50%" "[database]" "retry = 0"
ingest migrate
for d in 1 2; do
    printf 'transaction_id,account_id,ts,amount\nt%s,a,2026-01-0%s,1\nx%s,a,2026-01-0%s,x\n' $d $d $d $d >"$TMPDIR/in/$d.csv"
done
gzip "$TMPDIR/in/2.csv"
rows() { sql 'SELECT count(*) FROM transactions'; }

bad='' told=0
for n in $(seq 4 16); do
    empty
    prlimit --nofile="$n" "$BUILD/txingest" >/dev/null 2>"$TMPDIR/log"
    case $?$(rows) in
    32) ;;
    [12]0) told=$((told + 1)) ;;
    127*) ;; # the loader has too few
    *) bad+="$n: $(rows) rows, $(cat "$TMPDIR/log")"$'\n' ;;
    esac
done
is "with few descriptors all is loaded, or it is a failure" "" "$bad"
if [ $told -gt 0 ]; then pass "which they were for some"; else fail "which they were for some"; fi

# What is opened first would get standard error's number, and the log would go into it.
for closed in '2>&-' '0<&- 2>&-' '0<&- 1>&- 2>&-'; do
    empty
    cp "$TMPDIR/in/1.csv" "$TMPDIR/in/copy.csv"
    eval "\"\$BUILD/txingest\" -v $closed" >/dev/null
    is "descriptors that are closed ($closed) are nobody else's" "3 2 " "$? $(rows) $(violations)"
    rm "$TMPDIR/in/copy.csv"
done

# Links to the device: a program that took it for a file would put one in its place.
ln -s /dev/full "$TMPDIR/full"
finding="--from 2026-01-01 --to 2026-01-02"
for command in "rejects --export" "rejects --json" "status" "status --json" "check" "guess $TMPDIR/in/1.csv" \
    "validate $TMPDIR/in/1.csv" "run --dry-run" "backtest $finding" "backtest $finding --output $TMPDIR/full"; do
    # shellcheck disable=SC2086 # words
    "$BUILD/txingest" $command >"$TMPDIR/full" 2>"$TMPDIR/log"
    like "what $command says cannot be written: status 1" "^1 .*writing: No space left on device" "$? $(cat "$TMPDIR/log")"
done
is "and the device stays what it was" "/dev/full" "$(readlink "$TMPDIR/full")"
empty
"$BUILD/txingest" --json >"$TMPDIR/full" 2>"$TMPDIR/log"
is "a run that cannot tell is what it is all the same" "3 2" "$? $(rows)"
like "and says so" "writing: No space left on device" "$(cat "$TMPDIR/log")"
