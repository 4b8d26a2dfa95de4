# SPDX-License-Identifier: MIT
# Makes symbolic links LINKS to TARGET in the working directory.
foreach(link IN LISTS LINKS)
    file(CREATE_LINK ${TARGET} ${link} SYMBOLIC)
endforeach()
