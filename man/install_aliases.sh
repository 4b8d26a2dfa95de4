#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes a page that includes another for every further name of it: install_aliases.sh MANDIR SOURCES
set -eu
for source in "$2"/*.3.scd; do
    page=$(basename "$source" .3.scd)
    sed -n '/^# NAME/{n;n;s/ - .*//;s/[\\,]//g;p;q}' "$source" | tr ' ' '\n' | while read -r name; do
        [ "$name" = "$page" ] || printf '.so man3/%s.3\n' "$page" >"$1/man3/$name.3"
    done
done
