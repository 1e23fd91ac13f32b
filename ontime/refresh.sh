#!/bin/sh
# The daily job: `sh ontime/refresh.sh .venv/bin [options of refresh]`, from the folder of the project.
# `make refresh` runs it. A scheduler runs it directly, because make ends with 2 whatever went wrong.
#
# It ends with the code of what failed, and with 75 (EX_TEMPFAIL) if the same job can succeed later
# although nothing is corrected.
bin=$1
shift
code=0 failed=0

# Run a command; note how it failed, and the code for that.
attempt() {
    "$bin/ontime" "$@" && return
    failed=$? code=$?
    if "$bin/ontime" runs --limit 1 --json | grep -q '"is_transient": true'; then code=75; fi
}

attempt refresh "$@"
# a file that was refused or could not be had (1) holds up no other, and the exit code reports it
[ "$failed" -gt 1 ] || "$bin/ontime" is-current || attempt build
# alerts are sent whatever happened, unless Ctrl-C stopped it
[ "$failed" -eq 130 ] || "$bin/ontime" alerts --quiet || [ "$code" -ne 0 ] || code=1
exit "$code"
