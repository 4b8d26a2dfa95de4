# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by the tests of the installed library: installs this build into ./stage.
set -eu
here=$TEST_SOURCE_DIR/tests/install
stage=$PWD/stage
cmake --install "$TEST_BUILD_DIR" --prefix "$stage" >install.log 2>&1 || {
    cat install.log
    exit 1
}
libdir=$(dirname "$(find "$stage" -name libwinmem.so)")
include=$stage/include/winmem
export PKG_CONFIG_PATH="$libdir/pkgconfig"

fail() {
    echo "$*"
    exit 1
}

# Compilers that this machine has, of the two that are supported.
compilers() {
    for compiler in "$@"; do
        if command -v "$compiler" >/dev/null; then echo "$compiler"; fi
    done
}
