// SPDX-License-Identifier: MIT
// Exception dispositions and filter results. There is no __try: gcc and clang lack it on Linux.
#ifndef WINMEM_EXCPT_H
#define WINMEM_EXCPT_H

#include "minwindef.h"

#define EXCEPTION_EXECUTE_HANDLER    1
#define EXCEPTION_CONTINUE_SEARCH    0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

typedef enum _EXCEPTION_DISPOSITION {
    ExceptionContinueExecution,
    ExceptionContinueSearch,
    ExceptionNestedException,
    ExceptionCollidedUnwind
} EXCEPTION_DISPOSITION;

#endif
