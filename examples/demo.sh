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

# start LETTER PROGRAM: a process whose input and output are pipes here; sets pid_LETTER.
start() {
    letter=$1
    mkfifo "$drive/$letter.in" "$drive/$letter.out"
    "$2" 'Local\demo' <"$drive/$letter.in" >"$drive/$letter.out" 3>&- 4<&- 5>&- 6<&- 7>&- 8<&- &
    eval "pid_$letter=$!"
    case $letter in
    a) exec 3>"$drive/a.in" 4<"$drive/a.out" ;;
    b) exec 5>"$drive/b.in" 6<"$drive/b.out" ;;
    c) exec 7>"$drive/c.in" 8<"$drive/c.out" ;;
    esac
    rm "$drive/$letter.in" "$drive/$letter.out"
}

# answer LETTER [LINE]: says the line to the process, shows and checks what it answers (in $wanted).
answer() {
    letter=$1
    case $letter in a) in=3 out=4 ;; b) in=5 out=6 ;; c) in=7 out=8 ;; esac
    [ $# = 1 ] || eval "echo \"\$2\" >&$in"
    eval "read -r got <&$out" || got='(nothing)'
    eval "echo \"  \$letter (process \$pid_$letter)\${2:+, told \$2}: \$got\""
    [ "$got" = "$wanted" ] || {
        echo "  WRONG: not '$wanted'"
        failed=1
    }
}

# Each name that somebody has open is a file.
names() {
    for folder in /dev/shm /tmp; do
        find "$folder/winmem.$(id -u)" -type f 2>/dev/null || :
    done | sort
}

leave() { # LETTER
    case $1 in a) exec 3>&- 4<&- ;; b) exec 5>&- 6<&- ;; c) exec 7>&- 8<&- ;; esac
    eval "wait \$pid_$1" 2>/dev/null || :
}

# board A B C: what is seen of three such processes.
board() {
    wanted='made it' && start a "$1" && answer a
    wanted=joined && start b "$2" && answer b && start c "$3" && answer c
    wanted=one && answer a one
    wanted='one, two' && answer b two
    wanted='one, two, three' && answer c three && answer a hold
    if [ -x "$tool" ]; then "$tool" ls && "$tool" who 'Local\demo' || failed=1; fi
    # shellcheck disable=SC2154 # start sets it
    kill -9 "$pid_a"
    leave a
    echo "  kill -9 $pid_a: a is gone, and it held the mutex"
    wanted='one, two, three, four [who held the mutex was killed]' && answer b four
    wanted='one, two, three, four' && answer c look
    leave b
    wanted='one, two, three, four, last' && answer c last
    leave c
    names | cmp -s - "$drive/names.before" || {
        echo "  WRONG: something is left of the names"
        failed=1
    }
    wanted='made it'
    start a "$bin/shared_board"
    answer a
    leave a
    [ "$failed" != 0 ] || echo "  checked: the last one left, the name is gone, and nothing is left behind"
}

tool=$build/tools/winmem/winmem
say "shared_board: three processes share the name Local\\demo"
names >"$drive/names.before"
board "$bin/shared_board" "$bin/shared_board" "$bin/shared_board"

if python3 -c 'import ctypes' 2>/dev/null; then
    say "shared_board.py: the same, with two of the three in Python"
    PYTHONPATH=$build/python
    PYTHONDONTWRITEBYTECODE=1
    export PYTHONPATH PYTHONDONTWRITEBYTECODE
    board "$source/examples/shared_board.py" "$bin/shared_board" "$source/examples/shared_board.py"
else
    say "shared_board.py: left out, there is no Python (apt-get install python3)"
fi

say "$([ "$failed" = 0 ] && echo 'The demonstration went as it should.' ||
    echo 'The demonstration did NOT go as it should.')"
exit "$failed"
