// SPDX-License-Identifier: MIT
// The cases of SEC_RESERVE where userfaultfd is not to be had: pages are opened by a signal handler.
#include "conform.h"

#include "host/memory.h"

__attribute__((constructor)) static void refuse_userfaultfd(void)
{
    host_userfault_refuse(true);
}

#include "../conformance/sec_reserve.c"
