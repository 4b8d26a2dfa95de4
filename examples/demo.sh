#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs the examples on a real text file on a drive C of its own: demo.sh BUILD
#
# What they did is checked here with other tools. Exits with 1 when anything is not as expected.
set -eu
build=${1:?usage: demo.sh BUILD}
bin=$(CDPATH='' cd -- "$build/examples" && pwd)
source=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
drive=$(mktemp -d)
trap 'rm -rf "$drive"' EXIT
trap 'exit 1' HUP INT TERM
export WINMEM_DRIVE_C="$drive"
failed=0

say() { printf '\n%s\n' "$*"; }

# verify WHAT COMMAND...
verify() {
    what=$1
    shift
    if "$@" >/dev/null; then
        echo "  checked: $what"
    else
        echo "  WRONG: $what"
        failed=1
    fi
}

# run PROGRAM [ARGUMENT...]
run() {
    program=$1
    shift
    "$bin/$program" "$@" || {
        echo "  WRONG: $program ended with $?"
        failed=1
    }
}

cp "$source/README.md" "$drive/Readme.txt"
cp "$drive/Readme.txt" "$drive/before.txt"
awk 'NR == 1 { $0 = "*" substr(toupper($0), 2) } { print }' "$drive/before.txt" >"$drive/expected.txt"

say "six_steps: C:\\Readme.txt is a copy of README.md on a drive C made for this demonstration"
run six_steps 'C:\Readme.txt'
verify "the file on the disk has the changed first line, and nothing else changed" \
    cmp "$drive/expected.txt" "$drive/Readme.txt"

if [ -x "$bin/six_steps_streams" ]; then
    say "six_steps_streams: the same in C++ (the case of the name does not matter)"
    run six_steps_streams 'c:\README.TXT' >"$drive/output.txt"
    cat "$drive/output.txt"
    verify "wc counts as many lines and words" grep -q \
        " $(wc -l <"$drive/expected.txt") lines, $(wc -w <"$drive/expected.txt") words" \
        "$drive/output.txt"
    bytes=$(($(wc -c <"$drive/expected.txt") - 10))
    { head -c "$bytes" "$drive/expected.txt" && echo '(stamped)'; } >"$drive/stamped.txt"
    verify "the file on the disk is stamped, and nothing else changed" \
        cmp "$drive/stamped.txt" "$drive/Readme.txt"
else
    say "six_steps_streams: skipped, there was no C++ compiler"
fi

say "readme_example: keeps a note in C:\\notes.txt; run twice"
run readme_example
run readme_example >"$drive/output.txt"
sed 's/^/  /' "$drive/output.txt"
verify "the second run read what the first wrote" \
    grep -q '^last time: written by process [0-9]*$' "$drive/output.txt"
verify "the note is in the file on the disk" grep -qa '^written by process' "$drive/notes.txt"

say "$([ "$failed" = 0 ] && echo 'The demonstration went as it should.' ||
    echo 'The demonstration did NOT go as it should.')"
exit "$failed"
