# SPDX-License-Identifier: MIT
# Completion of the command winmem in bash: subcommands, options, and the names that there are.
# shellcheck shell=bash

_winmem() {
    local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} IFS=$'\n'
    if [ "$COMP_CWORD" = 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(winmem --help | sed -n 's/^  \([a-z]*\)  .*/\1/p')" -- "$word")
        return
    fi
    case $word in
    -*)
        mapfile -t COMPREPLY < <(compgen -W \
            "$(winmem "$command" --help | sed -n 's/^  .*\(--[a-z-]*\).*/\1/p')" -- "$word")
        ;;
    *)
        case $command in
        who | watch | open | hold | cat | write | bridge)
            mapfile -t COMPREPLY < <(compgen -W "$(winmem ls -nr -o NAME 2>/dev/null)" -- "$word")
            ;;
        esac
        ;;
    esac
}
complete -F _winmem winmem
