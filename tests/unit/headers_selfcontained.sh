#!/bin/sh
# SPDX-License-Identifier: MIT
# Compiles every public header alone: C and C++, gcc and clang, both widths of wchar_t, with and
# without UNICODE, warnings as errors. Then the ABI checks of headers_abi.c.
# usage: headers_selfcontained.sh SOURCE_DIR
set -u

source_dir=${1:?usage: headers_selfcontained.sh SOURCE_DIR}
include=$source_dir/include/winmem
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
runs=0
failed=0

# check LABEL COMMAND...
check() {
    label=$1
    shift
    runs=$((runs + 1))
    if ! "$@" >"$work/out" 2>&1; then
        failed=$((failed + 1))
        echo "FAIL $label: $*"
        sed -n 1,8p "$work/out"
    fi
}

# Each header twice, so that its guard is tested, and first, so that it brings what it needs.
for header in "$include"/*.h; do
    name=$(basename "$header")
    printf '#include <%s>\n#include <%s>\ntypedef int not_empty;\n' "$name" "$name" \
        >"$work/$name.c"
    cp "$work/$name.c" "$work/$name.cpp"
done
cp "$source_dir/tests/unit/headers_abi.c" "$work/headers_abi.cpp"

# shellcheck disable=SC2086 # lists of words
warnings="-Wall -Wextra -Wpedantic -Werror"
languages="gcc:c:-std=c17 clang:c:-std=c17 g++:cpp:-std=c++11 clang++:cpp:-std=c++11"
for entry in $languages; do
    compiler=${entry%%:*}
    suffix=${entry#*:}
    suffix=${suffix%%:*}
    standard=${entry##*:}
    command -v "$compiler" >/dev/null 2>&1 || { echo "no $compiler: left out"; continue; }
    abi=$source_dir/tests/unit/headers_abi.c
    [ "$suffix" = cpp ] && abi=$work/headers_abi.cpp
    for wide in -fno-short-wchar -fshort-wchar; do
        for unicode in "" "-DUNICODE -D_UNICODE"; do
            # One compiler run over all headers is ten times faster than one each; only if it
            # complains are they tried apart.
            # shellcheck disable=SC2086
            if ! "$compiler" $standard $wide $unicode $warnings -fsyntax-only -I"$include" \
                "$work"/*.h.$suffix >/dev/null 2>&1; then
                for file in "$work"/*.h.$suffix; do
                    # shellcheck disable=SC2086
                    check "$(basename "$file" .$suffix)" "$compiler" $standard $wide $unicode \
                        $warnings -fsyntax-only -I"$include" "$file"
                done
            else
                runs=$((runs + $(ls "$work"/*.h.$suffix | wc -l)))
            fi
            # shellcheck disable=SC2086
            check abi "$compiler" $standard $wide $unicode $warnings -fsyntax-only \
                -I"$include" "$abi"
        done
    done
done

# The newest standards and the GNU dialect once more, together.
for standard in gnu11 gnu17 gnu2x; do
    check "abi $standard" gcc -std=$standard $warnings -fsyntax-only -I"$include" \
        "$source_dir/tests/unit/headers_abi.c"
done
for standard in gnu++11 c++17 c++20; do
    check "abi $standard" g++ -std=$standard $warnings -fsyntax-only -I"$include" \
        "$work/headers_abi.cpp"
done

# A single source that wants _WIN32, with the standard library around it.
printf '%s\n' '#include <iostream>' '#include <string>' '#include <windows.h>' '#include <vector>' \
    'int main() { std::cout << GENERIC_READ; }' >"$work/win32.cpp"
for compiler in g++ clang++; do
    command -v "$compiler" >/dev/null 2>&1 || continue
    check _WIN32 "$compiler" -std=c++17 -D_WIN32 -Wall -Wextra -Werror -fsyntax-only -I"$include" \
        "$work/win32.cpp"
done
for compiler in gcc clang; do
    command -v "$compiler" >/dev/null 2>&1 || continue
    check _WIN32 "$compiler" -std=c17 -D_WIN32 $warnings -fsyntax-only -I"$include" \
        "$source_dir/tests/unit/headers_abi.c"
done

# The standard library after our headers: none of our macros may break it.
printf '%s\n' '#include <windows.h>' '#include <winternl.h>' '#include <tchar.h>' \
    '#include <intrin.h>' '#include <algorithm>' '#include <chrono>' '#include <filesystem>' \
    '#include <fstream>' '#include <functional>' '#include <iostream>' '#include <map>' \
    '#include <random>' '#include <regex>' '#include <thread>' '#include <mutex>' \
    '#include <atomic>' '#include <future>' '#include <locale>' \
    'using namespace std;' \
    'int main() { return std::min(1, 2) + std::max<int>(0, 0) - 1; }' >"$work/std.cpp"
for compiler in g++ clang++; do
    command -v "$compiler" >/dev/null 2>&1 || continue
    check "standard library" "$compiler" -std=c++17 -Wall -Wextra -Werror -fsyntax-only \
        -I"$include" "$work/std.cpp"
done

echo "headers: $runs compilations, $failed failed"
[ "$failed" -eq 0 ]
