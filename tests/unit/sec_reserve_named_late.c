// SPDX-License-Identifier: MIT
// The cases of SEC_RESERVE by name where userfaultfd is not to be had.
#include "conform.h"

#include "host/memory.h"

__attribute__((constructor)) static void refuse_userfaultfd(void)
{
    host_userfault_refuse(true);
}

#include "../conformance/sec_reserve_named.c"
