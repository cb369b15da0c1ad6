#!/usr/bin/env bash
# Bad files of csv-spectrum and csv-test-data are refused, and it is said why. (That the good ones have the
# records that they should: tests/unit/test_conformance.c.)
# shellcheck disable=SC2154 # status and log are set by ingest
. tests/run/lib.sh

detectors=off
config cases "column.transaction_id = id" "column.merchant_id = name" "column.amount = sum" \
    "column.ts = sum" "time_format = %s" "fixed.account_id = a" "reject_limit = 0"

# bad STATUS REASON NAME
bad() {
    ingest validate --json "tests/data/csv/cases/$3.csv"
    is "$3 is refused: $2" "$1 $2" "$status $(jq -r '"\(.rejects[].reason) in line \(.rejects[].line)"' <<<"$out")"
}
bad 13 "field_count in line 2" bad-header-less-fields
bad 13 "field_count in line 2" bad-header-more-fields
bad 13 "quote in line 2" bad-missing-quote
bad 13 "quote in line 2" bad-quotes-with-unescaped-quote
bad 13 "quote in line 2" bad-unescaped-quote
ingest validate tests/data/csv/cases/bad-header-wrong-header.csv
like "bad-header-wrong-header is refused" \
    "^1 .*the header lacks the required column 'id', 'sum'.*; it has 'ident', 'label', 'total'" "$status $log"
ingest validate tests/data/csv/cases/bad-header-no-header.csv
like "bad-header-no-header holds nothing, which is said" "^0 .*bad-header-no-header.csv: 0 records" "$status $out"
ingest validate tests/data/csv/cases/header-simple.csv
is "with a good file the same configuration finds nothing wrong" 0 "$status"

config spectrum "column.transaction_id = Contact Phone Number" "column.account_id = Cities" \
    "column.amount = Contact Phone Number" "column.ts = Contact Phone Number" "time_format = %s" "reject_limit = 0"
ingest validate --json tests/data/csv/spectrum/location_coordinates.csv
is "the quotes within bare fields of location_coordinates are refused" "13 quote" \
    "$status $(jq -r '.rejects[].reason' <<<"$out")"
