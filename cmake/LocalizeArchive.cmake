# SPDX-License-Identifier: MIT
# Rewrites ARCHIVE as a single object whose hidden symbols are local. Needs LD, OBJCOPY, AR.
set(object ${ARCHIVE}.o)
foreach(step IN ITEMS
        "${LD};-r;-o;${object};--whole-archive;${ARCHIVE}"
        "${OBJCOPY};--localize-hidden;${object}"
        "${CMAKE_COMMAND};-E;rm;-f;${ARCHIVE}"
        "${AR};rcsD;${ARCHIVE};${object}"
        "${CMAKE_COMMAND};-E;rm;-f;${object}")
    execute_process(COMMAND ${step} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
